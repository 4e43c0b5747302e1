/**
 * Tables in Markdown.
 *
 * @module
 */

/** A table; a bar in a cell would end it. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)];
}

/** Words for what may be nothing. */
export function listed(words: readonly string[], nothing: string): string {
  return words.length === 0 ? nothing : words.join(", ");
}
