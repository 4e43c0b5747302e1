/**
 * `museum -- facts`: what each kernel is asked in seconds, beside what was predicted of it.
 *
 * @module
 */
import type { MuseumContext } from "../museum-context.ts";
import { PREDICTIONS } from "../predictions.ts";
import type { FactsResult, KernelFacts } from "../results/facts-result.ts";
import { keepResult } from "../results/result-files.ts";
import { exitCodeOf, parsed, visitKernels } from "../visit-kernels.ts";

const JOBS = [{ name: "facts", command: ["node", "/museum/kernel-facts.mjs"], limitMs: 300_000 }];

/** Runs the command. A wrong prediction is no failure: it is what the museum is for. */
export async function runFacts(context: MuseumContext): Promise<number> {
  const all: FactsResult[] = [];
  await visitKernels(context, JOBS, ({ record, answerOf }) => {
    const result = { ...record, facts: parsed<KernelFacts>(answerOf("facts")) };
    if (record.how !== "interrupted") keepResult("facts", result, context.results);
    all.push(result);
    for (const line of summary(result)) process.stdout.write(`${line}\n`);
  });
  return exitCodeOf(
    all,
    all.every(({ facts }) => facts !== null),
  );
}

function summary({ kernel, facts }: FactsResult): string[] {
  if (facts === null) return [`${kernel}: nothing was found out`];
  const wrong = PREDICTIONS.filter(({ expected, found }) => expected(kernel) !== found(facts));
  return [
    `${kernel}: the rules of ${facts.rules}; ${PREDICTIONS.length - wrong.length} of ${PREDICTIONS.length} predictions right`,
    ...wrong.map(
      ({ about, expected, found }) => `  ${about}: predicted ${expected(kernel)}, found ${found(facts)}`,
    ),
  ];
}
