/**
 * How text is shown on this terminal: colours when it has them and nobody asked for none, and its width.
 *
 * @module
 */
import { styleText } from "node:util";
import { type Paint, plain, type Tone } from "../../core/report/layout/paint.ts";
import type { Io } from "./io.ts";

const FORMATS: Readonly<Record<Tone, Parameters<typeof styleText>[0]>> = {
  good: "green",
  bad: "red",
  quiet: "dim",
  title: "bold",
  warning: "yellow",
};
const WIDEST = 120;
const USUAL_WIDTH = 100;

/** Columns of the terminal at stdout; null where there is none, or one that does not say (0, as docker exec -t has it). */
export function terminalColumns({ stdout }: Pick<Io, "stdout">): number | null {
  return stdout.isTTY === true ? stdout.columns || null : null;
}

/** The colours and the width for standard output. */
export function styleFor(io: Io): { paint: Paint; width: number } {
  const hasColours = io.stdout.isTTY === true && !io.env["NO_COLOR"] && io.env["TERM"] !== "dumb";
  const paint: Paint = hasColours
    ? (tone, text) => styleText(FORMATS[tone], text, { validateStream: false })
    : plain;
  return { paint, width: Math.min(io.stdout.columns || USUAL_WIDTH, WIDEST) };
}
