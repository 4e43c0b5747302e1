/**
 * Paragraphs and names of plain text, as wide as a terminal shows them.
 *
 * @module
 */
import stringWidth from "string-width";
import { cutStart } from "./columns.ts";

/** Breaks a paragraph into lines of at most `width` columns. */
export function wrap(text: string, width: number, indent: string): string[] {
  const lines: string[] = [];
  let line = "";
  let used = 0;
  for (const word of text.split(/\s+/)) {
    const length = stringWidth(word);
    if (line.length > 0 && indent.length + used + 1 + length > width) {
      lines.push(indent + line);
      line = word;
      used = length;
    } else {
      used += (line.length === 0 ? 0 : 1) + length;
      line = line.length === 0 ? word : `${line} ${word}`;
    }
  }
  return line.length === 0 ? lines : [...lines, indent + line];
}

/** Breaks a text behind a label: its further lines stand below the first. The label may be painted, and takes `labelWidth` columns. */
export function hang(label: string, labelWidth: number, text: string, width: number): string[] {
  const indent = " ".repeat(labelWidth);
  const [first = indent, ...rest] = wrap(text, width, indent);
  return [label + first.slice(labelWidth), ...rest];
}

/** Of a screen's width, what a listener's name may take: a unix path has up to 108 characters, and the queues must be seen. */
const NAME_SHARE = 0.45;
const LEAST_NAME_WIDTH = 24;

/** A path without its beginning, where the screen has no room for all of it. Null is no screen. */
export function fittingName(name: string, screenWidth: number | null): string {
  if (screenWidth === null) return name;
  return cutStart(name, Math.max(LEAST_NAME_WIDTH, Math.floor(screenWidth * NAME_SHARE)));
}
