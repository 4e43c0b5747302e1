/**
 * `listenq lab list`.
 *
 * @module
 */
import { EXPERIMENTS } from "../../../core/experiment/index.ts";
import { hang } from "../../../core/report/layout/text-layout.ts";
import { terminalColumns } from "../cli-style.ts";
import { type Io, printJson } from "../io.ts";

/** Prints the built-in experiments. */
export function listExperiments(asJson: boolean, io: Io): void {
  if (asJson) {
    const experiments = EXPERIMENTS.map(({ name, question }) => ({ name, question }));
    printJson(io, { schema: "listenq.lab-list/1", experiments });
    return;
  }
  const nameWidth = 2 + Math.max(...EXPERIMENTS.map(({ name }) => name.length));
  const width = terminalColumns(io) ?? Number.POSITIVE_INFINITY;
  const lines = [{ name: "experiment", question: "question" }, ...EXPERIMENTS].flatMap(({ name, question }) =>
    hang(name.padEnd(nameWidth), nameWidth, question, width),
  );
  io.stdout.write(`${lines.join("\n")}\n`);
}
