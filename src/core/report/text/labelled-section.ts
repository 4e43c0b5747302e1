/**
 * Part of an answer: a label at the left, and beside it paragraphs. Pure.
 *
 * @module
 */
import type { Paint } from "../layout/paint.ts";
import { wrap } from "../layout/text-layout.ts";

/** How wide labels are, with the space behind them. */
export const LABEL_WIDTH = 6;

/** A label at the left, each line of text as a paragraph beside it, and an empty line at the end; nothing without a text. */
export function section(
  label: string,
  texts: readonly string[],
  { width, paint }: { readonly width: number; readonly paint: Paint },
): string[] {
  if (texts.length === 0) return [];
  const indent = " ".repeat(LABEL_WIDTH);
  const lines = texts.flatMap((text) => wrap(text, width, indent));
  const [first = "", ...rest] = lines;
  return [paint("title", label.padEnd(LABEL_WIDTH)) + first.slice(LABEL_WIDTH), ...rest, ""];
}
