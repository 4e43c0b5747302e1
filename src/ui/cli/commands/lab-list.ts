/**
 * `listenq lab list`.
 *
 * @module
 */
import { EXPERIMENTS } from "../../../core/experiment/index.ts";
import { columns } from "../../../core/report/layout/columns.ts";
import { type Io, printJson } from "../io.ts";

/** Prints the built-in experiments. */
export function listExperiments(asJson: boolean, io: Io): void {
  if (asJson) {
    const experiments = EXPERIMENTS.map(({ name, question }) => ({ name, question }));
    printJson(io, { schema: "listenq.lab-list/1", experiments });
    return;
  }
  const lines = columns(
    ["experiment", "question"],
    EXPERIMENTS.map(({ name, question }) => [name, question]),
  );
  io.stdout.write(`${lines.join("\n")}\n`);
}
