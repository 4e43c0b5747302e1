/**
 * `museum -- lab`: the whole catalogue of experiments on every kernel.
 *
 * @module
 */
import type { GuestJob } from "../image/guest-image.ts";
import type { ExperimentRecord } from "../results/lab-result.ts";
import { parsed } from "../visit-kernels.ts";
import type { MuseumTask } from "./task.ts";

const VISITOR = ["setpriv", "--reuid=1000", "--regid=1000", "--clear-groups"];
/** What an ordinary user is let run: two that need somaxconn, one that needs nothing. */
const VISITORS_EXPERIMENTS = ["capacity", "relisten", "unix-socket"];

const JOBS: readonly GuestJob[] = [
  { name: "lab", command: ["node", "/museum/lab-claims.mjs"], limitMs: 900_000 },
  {
    name: "visitor",
    command: [...VISITOR, "node", "/museum/lab-claims.mjs", ...VISITORS_EXPERIMENTS],
    limitMs: 300_000,
  },
];

/** The command. */
export const LAB: MuseumTask = {
  name: "lab",
  jobsOf: () => JOBS,
  take: async ({ record, answerOf }) => {
    const experiments = parsed<ExperimentRecord[]>(answerOf("lab")) ?? [];
    const visitorExperiments = parsed<ExperimentRecord[]>(answerOf("visitor")) ?? [];
    const isWell = experiments.length > 0 && experiments.every(({ verdict }) => verdict === "holds");
    return {
      part: { experiments, visitorExperiments },
      isWell,
      lines: summary(record.kernel, experiments),
    };
  },
};

function summary(kernel: string, experiments: readonly ExperimentRecord[]): string[] {
  const holding = experiments.filter(({ verdict }) => verdict === "holds").length;
  const others = experiments.filter(({ verdict }) => verdict !== "holds");
  return [
    `${kernel}: ${holding} of ${experiments.length} experiments hold`,
    ...others.map(({ name, verdict, reason, claims }) => {
      const failed = claims.filter(({ holds }) => !holds).map(({ id, text }) => text ?? id);
      return `  ${name} ${verdict}: ${reason ?? failed.join("; ")}`;
    }),
  ];
}
