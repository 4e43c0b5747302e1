/**
 * A remedy for people: a command whole and alone on its line, so that it can be copied, and below it what it is for; a sentence
 * is broken where the line ends.
 *
 * @module
 */
import { splitShellLine } from "../../findings/remedies/shell-line.ts";
import type { Paint } from "../layout/paint.ts";
import { printable } from "../layout/printable.ts";
import { wrap } from "../layout/text-layout.ts";

/** How to print. */
export interface RemedyStyle {
  readonly width: number;
  readonly paint: Paint;
  readonly indent: string;
  /** In front of the first line. */
  readonly label?: string;
}

/** The lines of one remedy. */
export function remedyLines(remedy: string, { width, paint, indent, label = "" }: RemedyStyle): string[] {
  const parts = splitShellLine(printable(remedy));
  if (parts === null) return wrap(`${label}${printable(remedy)}`, width, indent);
  const words = wrap(parts.words, width, `${indent}  `).map((line) => paint("quiet", line));
  return [`${indent}${label}${parts.command}`, ...words];
}
