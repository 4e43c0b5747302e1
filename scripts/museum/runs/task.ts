/**
 * What a command of the museum does on each kernel. Several commands of one command line share a boot.
 *
 * @module
 */
import type { GuestJob } from "../image/guest-image.ts";
import type { MuseumKernel } from "../kernels.ts";
import type { MuseumContext } from "../museum-context.ts";
import type { GuestRecord } from "../results/guest-record.ts";
import { keepResult } from "../results/result-files.ts";
import { exitCodeOf, type Visit, visitKernels } from "../visit-kernels.ts";

/** What came of a command on one kernel. */
export interface TaskOutcome {
  /** What is kept beside how the guest ended. */
  readonly part: object;
  /** Whether the kernel did what was asked. */
  readonly isWell: boolean;
  /** What is said of it. */
  readonly lines: readonly string[];
}

/** A command. */
export interface MuseumTask {
  readonly name: string;
  jobsOf(kernel: MuseumKernel): readonly GuestJob[];
  take(visit: Visit): Promise<TaskOutcome>;
}

/** Runs commands, all in one boot of each kernel, and keeps what came of them. Returns an exit code. */
export async function runTasks(context: MuseumContext, tasks: readonly MuseumTask[]): Promise<number> {
  const records: GuestRecord[] = [];
  let isEveryOneWell = true;
  const jobsOf = (kernel: MuseumKernel) => tasks.flatMap((task) => task.jobsOf(kernel));
  await visitKernels(context, jobsOf, async (visit) => {
    records.push(visit.record);
    for (const task of tasks) {
      const { part, isWell, lines } = await task.take(visit);
      isEveryOneWell &&= isWell;
      if (visit.record.how !== "interrupted")
        keepResult(task.name, { ...visit.record, ...part }, context.results);
      for (const line of lines) process.stdout.write(`${line}\n`);
    }
  });
  return exitCodeOf(records, isEveryOneWell);
}
