/**
 * What stands below the options in a command's help: paragraphs, examples and terms, as wide as the terminal.
 *
 * @module
 */
import type { AddHelpTextContext } from "commander";
import { wrap } from "../../core/report/layout/text-layout.ts";

/** A command line, and what it does; empty where the line says it. */
export type Example = readonly [line: string, does: string];

/** All of it. */
export interface HelpNotes {
  /** Paragraphs before the examples. */
  readonly notes?: readonly string[];
  readonly examples: readonly Example[];
  /** Words of the output, explained. */
  readonly columns?: readonly Example[];
  /** A paragraph at the end. */
  readonly closing?: string;
}

const INDENT = "  ";
const GAP = "  ";
const WIDEST = 120;
/** Less room beside a line would break what it does into scraps. */
const LEAST_BESIDE = 30;

/** What commander is to print below a command's options. */
export function helpNotes(notes: HelpNotes): (context: AddHelpTextContext) => string {
  return ({ error, command }) => {
    const { getOutHelpWidth, getErrHelpWidth } = command.configureOutput();
    const width = (error ? getErrHelpWidth?.() : getOutHelpWidth?.()) ?? WIDEST;
    return `\n${formatNotes(notes, Math.min(width, WIDEST))}`;
  };
}

/** The notes, none of whose paragraphs is wider than `width`. A line that is to be typed is never broken. */
export function formatNotes({ notes = [], examples, columns, closing }: HelpNotes, width: number): string {
  const blocks = [
    notes.flatMap((paragraph) => wrap(paragraph, width, "")),
    ["Examples:", ...pairs(examples, width)],
    ...(columns === undefined ? [] : [["Columns:", ...pairs(columns, width)]]),
    ...(closing === undefined ? [] : [wrap(closing, width, "")]),
  ];
  return blocks
    .filter((block) => block.length > 0)
    .map((block) => `${block.join("\n")}\n`)
    .join("\n");
}

/** Beside each other where there is room for all, else below each other. */
function pairs(examples: readonly Example[], width: number): string[] {
  const explained = examples.filter(([, does]) => does !== "").map(([line]) => line.length);
  const column = INDENT.length + Math.max(0, ...explained) + GAP.length;
  const isBeside = width - column >= LEAST_BESIDE;
  return examples.flatMap(([line, does]) => {
    if (does === "") return [INDENT + line];
    if (!isBeside) return [INDENT + line, ...wrap(does, width, INDENT.repeat(3))];
    const [first = "", ...rest] = wrap(does, width, " ".repeat(column));
    return [(INDENT + line).padEnd(column) + first.trimStart(), ...rest];
  });
}
