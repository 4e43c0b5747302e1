/**
 * `museum -- live`: the commands that look at a running machine, on a fixed set-up in every kernel.
 *
 * @module
 */
import type { MuseumContext } from "../museum-context.ts";
import type { LiveCheck, LiveResult } from "../results/live-result.ts";
import { keepResult } from "../results/result-files.ts";
import { exitCodeOf, parsed, visitKernels } from "../visit-kernels.ts";

const JOBS = [{ name: "live", command: ["node", "/museum/live-commands.mjs"], limitMs: 600_000 }];

/** Runs the command. */
export async function runLive(context: MuseumContext): Promise<number> {
  const all: LiveResult[] = [];
  await visitKernels(context, JOBS, ({ record, answerOf }) => {
    const result = { ...record, checks: parsed<LiveCheck[]>(answerOf("live")) ?? [] };
    if (record.how !== "interrupted") keepResult("live", result, context.results);
    all.push(result);
    for (const line of summary(result)) process.stdout.write(`${line}\n`);
  });
  return exitCodeOf(
    all,
    all.every(({ checks }) => checks.length > 0 && checks.every(({ isRight }) => isRight)),
  );
}

function summary({ kernel, checks }: LiveResult): string[] {
  const wrong = checks.filter(({ isRight }) => !isRight);
  return [
    `${kernel}: ${checks.length - wrong.length} of ${checks.length} checks right`,
    ...wrong.map(({ about, found }) => `  not: ${about}: ${found}`),
  ];
}
