/**
 * Which experiments a command line asks for: the same for the lab and the model.
 *
 * @module
 */

import { existsSync } from "node:fs";
import { UsageError } from "../../core/errors.ts";
import { EXPERIMENTS, type Experiment } from "../../core/experiment/index.ts";
import { shownWord } from "../../core/report/layout/printable.ts";
import { parseScenario } from "../../core/scenario/index.ts";
import { readTextFile } from "../../system/files/text-file.ts";

/**
 * The experiments that were asked for by name or by a scenario's file, each once.
 *
 * @param command whom an error message is to name
 * @throws {UsageError} for none at all, and for what is neither
 */
export function chooseExperiments(names: readonly string[], isAll: boolean, command: string): Experiment[] {
  if (isAll) return [...EXPERIMENTS];
  if (names.length === 0)
    throw new UsageError(`${command} needs an experiment (${knownNames()}) or a scenario file`);
  return [...new Set(names)].map(experimentNamed);
}

function experimentNamed(name: string): Experiment {
  const known = EXPERIMENTS.find((experiment) => experiment.name === name);
  if (known !== undefined) return known;
  if (!existsSync(name)) {
    throw new UsageError(`${shownWord(name)} is neither an experiment (${knownNames()}) nor a scenario file`);
  }
  return experimentFromFile(name);
}

/** A scenario of the user's own: it is run and shown, and claims nothing. */
function experimentFromFile(fileName: string): Experiment {
  const scenario = parseScenario(readTextFile(null, fileName), fileName);
  return {
    name: fileName,
    question: scenario.title,
    words: [],
    claims: [],
    dependsOnSynQueueTest: false,
    shows: { load: true, sockets: true, packets: true },
    scenario: ({ family }) => (family === "ipv6" ? { ...scenario, family } : scenario),
  };
}

function knownNames(): string {
  return EXPERIMENTS.map((experiment) => experiment.name).join(", ");
}
