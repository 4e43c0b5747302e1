/**
 * Numbers and lists as English has them: a number with the thing it counts, several things with an "and".
 *
 * @module
 */

/** `1 packet`, `2 packets`, `2 addresses`. */
export function count(number: number, thing: string): string {
  if (number === 1) return `1 ${thing}`;
  return `${number} ${thing}${thing.endsWith("s") ? "es" : "s"}`;
}

/** `a`, `a and b`, `a, b and c`; empty of none. */
export function listed(items: readonly (number | string)[]): string {
  if (items.length < 2) return String(items[0] ?? "");
  return `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}
