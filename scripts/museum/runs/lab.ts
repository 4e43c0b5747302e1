/**
 * `museum -- lab`: the whole catalogue of experiments on every kernel.
 *
 * @module
 */
import type { GuestJob } from "../image/guest-image.ts";
import type { MuseumContext } from "../museum-context.ts";
import type { ExperimentRecord, LabResult } from "../results/lab-result.ts";
import { keepResult } from "../results/result-files.ts";
import { exitCodeOf, parsed, type Visit, visitKernels } from "../visit-kernels.ts";

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

/** Runs the command. */
export async function runLab(context: MuseumContext): Promise<number> {
  const all: LabResult[] = [];
  await visitKernels(context, JOBS, (visit) => {
    const result = labResult(visit);
    if (visit.record.how !== "interrupted") keepResult("lab", result, context.results);
    all.push(result);
    for (const line of summary(result)) process.stdout.write(`${line}\n`);
  });
  return exitCodeOf(all, all.every(isWell));
}

function labResult({ record, answerOf }: Visit): LabResult {
  return {
    ...record,
    experiments: parsed<ExperimentRecord[]>(answerOf("lab")) ?? [],
    visitorExperiments: parsed<ExperimentRecord[]>(answerOf("visitor")) ?? [],
  };
}

function isWell({ how, experiments }: LabResult): boolean {
  return how === "done" && experiments.length > 0 && experiments.every(({ verdict }) => verdict === "holds");
}

function summary({ kernel, experiments }: LabResult): string[] {
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
