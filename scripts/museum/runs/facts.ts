/**
 * `museum -- facts`: what each kernel is asked in seconds, beside what was predicted of it.
 *
 * @module
 */
import { PREDICTIONS } from "../predictions.ts";
import type { KernelFacts } from "../results/facts-result.ts";
import { parsed } from "../visit-kernels.ts";
import type { MuseumTask } from "./task.ts";

const JOBS = [{ name: "facts", command: ["node", "/museum/kernel-facts.mjs"], limitMs: 300_000 }];

/** The command. A wrong prediction is no failure: it is what the museum is for. */
export const FACTS: MuseumTask = {
  name: "facts",
  jobsOf: () => JOBS,
  take: async ({ record, answerOf }) => {
    const facts = parsed<KernelFacts>(answerOf("facts"));
    return { part: { facts }, isWell: facts !== null, lines: summary(record.kernel, facts) };
  },
};

function summary(kernel: string, facts: KernelFacts | null): string[] {
  if (facts === null) return [`${kernel}: nothing was found out`];
  const wrong = PREDICTIONS.filter(({ expected, found }) => expected(kernel) !== found(facts));
  return [
    `${kernel}: the rules of ${facts.rules}; ${PREDICTIONS.length - wrong.length} of ${PREDICTIONS.length} predictions right`,
    ...wrong.map(
      ({ about, expected, found }) => `  ${about}: predicted ${expected(kernel)}, found ${found(facts)}`,
    ),
  ];
}
