/**
 * A page of the documentation for a terminal: paragraphs and lists broken to its width, headings marked, code left alone.
 *
 * @module
 */

import type { Paint } from "./paint.ts";
import { wrap } from "./text-layout.ts";

/** The page, of which only headings, paragraphs, lists, tables and fenced code are known. */
export function formatPage(
  markdown: string,
  { width, paint }: { readonly width: number; readonly paint: Paint },
): string {
  const lines: string[] = [];
  let isCode = false;
  for (const line of markdown.trimEnd().split("\n")) {
    if (line.startsWith("```")) isCode = !isCode;
    else if (isCode) lines.push(`    ${line}`);
    else if (line.startsWith("#")) lines.push(paint("title", line.replace(/^#+ /, "")));
    else lines.push(...paragraphLines(line, width));
  }
  return `${lines.join("\n")}\n`;
}

function paragraphLines(line: string, width: number): string[] {
  if (line === "" || line.startsWith("|")) return [line];
  const [, mark = "", text = ""] = /^(\s*(?:[-*]|\d+\.) )?(.*)$/.exec(line) ?? [];
  const [first = "", ...rest] = wrap(text, width, " ".repeat(mark.length));
  return [mark + first.slice(mark.length), ...rest];
}
