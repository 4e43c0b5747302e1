/**
 * Lines and columns of plain text: the reports' own small layout, without borders.
 *
 * @module
 */
import stringWidth from "string-width";

/** Breaks a paragraph into lines of at most `width` characters. */
export function wrap(text: string, width: number, indent: string): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    if (line.length > 0 && indent.length + line.length + 1 + word.length > width) {
      lines.push(indent + line);
      line = word;
    } else line = line.length === 0 ? word : `${line} ${word}`;
  }
  return line.length === 0 ? lines : [...lines, indent + line];
}

/** Of a screen's width, what a listener's name may take: a unix path has up to 108 characters, and the queues must be seen. */
const NAME_SHARE = 0.45;
const LEAST_NAME_WIDTH = 24;

/** A name without its beginning, where the screen has no room for all of it: the end of a path tells most. Null is no screen. */
export function fittingName(name: string, screenWidth: number | null): string {
  if (screenWidth === null) return name;
  const most = Math.max(LEAST_NAME_WIDTH, Math.floor(screenWidth * NAME_SHARE));
  return name.length <= most ? name : `\u2026${name.slice(name.length - most + 1)}`;
}

/** Columns two spaces apart; names of `rightAligned` columns stand over numbers. Colours and wide characters count as what is seen. */
export function columns(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  rightAligned: readonly number[] = [],
): string[] {
  const lines = [head, ...rows].map((cells) => cells.map((cell) => ({ cell, width: stringWidth(cell) })));
  const widths = head.map((_, place) =>
    lines.reduce((most, cells) => Math.max(most, cells[place]?.width ?? 0), 0),
  );
  return lines.map((cells) =>
    cells
      .map(({ cell, width }, place) => {
        const padding = " ".repeat((widths[place] ?? width) - width);
        return rightAligned.includes(place) ? padding + cell : cell + padding;
      })
      .join(GAP)
      .trimEnd(),
  );
}

const GAP = "  ";
