/**
 * `museum -- live`: the commands that look at a running machine, on a fixed set-up in every kernel.
 *
 * @module
 */
import type { LiveCheck } from "../results/live-result.ts";
import { parsed } from "../visit-kernels.ts";
import type { MuseumTask } from "./task.ts";

const JOBS = [{ name: "live", command: ["node", "/museum/live-commands.mjs"], limitMs: 600_000 }];

/** The command. */
export const LIVE: MuseumTask = {
  name: "live",
  jobsOf: () => JOBS,
  take: async ({ record, answerOf }) => {
    const checks = parsed<LiveCheck[]>(answerOf("live")) ?? [];
    const isWell = checks.length > 0 && checks.every(({ isRight }) => isRight);
    return { part: { checks }, isWell, lines: summary(record.kernel, checks) };
  },
};

function summary(kernel: string, checks: readonly LiveCheck[]): string[] {
  const wrong = checks.filter(({ isRight }) => !isRight);
  return [
    `${kernel}: ${checks.length - wrong.length} of ${checks.length} checks right`,
    ...wrong.map(({ about, found }) => `  not: ${about}: ${found}`),
  ];
}
