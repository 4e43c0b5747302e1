/**
 * A number with the thing it counts, as English has it.
 *
 * @module
 */

/** `1 packet`, `2 packets`, `2 addresses`. */
export function count(number: number, thing: string): string {
  if (number === 1) return `1 ${thing}`;
  return `${number} ${thing}${thing.endsWith("s") ? "es" : "s"}`;
}
