/**
 * `listenq lab export`: an experiment in somebody else's language.
 *
 * @module
 */
import { simulateExperiment } from "../../../core/compare/eras/index.ts";
import { UsageError } from "../../../core/errors.ts";
import { rulesOf } from "../../../core/model/index.ts";
import { packetdrillScript } from "../../../core/report/packetdrill/packetdrill-script.ts";
import { chooseExperiments } from "../experiments.ts";
import { EXIT, type Io } from "../io.ts";

/** The options of `lab export`. */
export interface LabExportOptions {
  readonly packetdrill?: boolean;
  readonly kernel: string;
}

/** Prints the script and returns the exit code. @throws {UsageError} for an experiment that cannot be said */
export function exportExperiment(name: string, { packetdrill, kernel }: LabExportOptions, io: Io): number {
  if (packetdrill !== true)
    throw new UsageError("lab export needs --packetdrill, the one form that there is");
  const rules = rulesOf(kernel);
  const [experiment] = chooseExperiments([name], false, "lab export");
  if (experiment === undefined) throw new UsageError(`no experiment ${name}`);
  const variant = { faithful: false, family: "ipv4", synQueueTest: rules.synQueueTest } as const;
  const { scenario, recording } = simulateExperiment(experiment, variant, { rules });
  const { question } = experiment;
  const run = {
    name,
    question,
    scenario,
    trace: recording.trace,
    kernel: `the model of Linux ${rules.name}`,
  };
  io.stdout.write(packetdrillScript(run));
  return EXIT.fine;
}
