/**
 * How text is shown on this terminal: whether it has colours, and its width. The one place that decides.
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

/** What `--color` takes. */
export const COLOR_WHEN = ["auto", "always", "never"] as const;

/** Columns of the terminal at stdout; null where there is none, or one that does not say (0, as docker exec -t has it). */
export function terminalColumns({ stdout }: Pick<Io, "stdout">): number | null {
  return stdout.isTTY === true ? stdout.columns || null : null;
}

/** Whether stdout gets colours: `--color` decides, then FORCE_COLOR, then NO_COLOR if they are not empty, then the terminal. */
export function hasColours({ stdout, env }: Pick<Io, "stdout" | "env">): boolean {
  const { FORCE_COLOR: forced, NO_COLOR: refused, TERM: terminal } = env;
  if (forced) return forced !== "0" && forced !== "false";
  return !refused && stdout.isTTY === true && terminal !== "dumb";
}

/** The same as `--color` wants it. */
export function withColor(io: Io, when: string): Io {
  if (when === "auto") return io;
  return { ...io, env: { ...io.env, FORCE_COLOR: when === "always" ? "1" : "0" } };
}

/** The colours and the width for standard output. */
export function styleFor(io: Io): { paint: Paint; width: number } {
  const paint: Paint = hasColours(io)
    ? (tone, text) => styleText(FORMATS[tone], text, { validateStream: false })
    : plain;
  return { paint, width: Math.min(io.stdout.columns || USUAL_WIDTH, WIDEST) };
}
