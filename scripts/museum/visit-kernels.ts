/**
 * The kernels, a few at a time: fetched, booted with some jobs, and what came back. Whatever happens to one, the others go on.
 *
 * @module
 */
import { type FetchedKernel, fetchKernel } from "./archive/fetch-kernel.ts";
import { type GuestJob, jobsImage, modulesImage } from "./image/guest-image.ts";
import { readModules } from "./image/kernel-modules.ts";
import type { MuseumKernel } from "./kernels.ts";
import { bootGuest, type GuestEnding } from "./machine/boot-guest.ts";
import type { GuestAnswer } from "./machine/guest-answers.ts";
import type { MuseumContext } from "./museum-context.ts";
import type { GuestRecord } from "./results/guest-record.ts";

/** A kernel's answers, and how its guest ended. */
export interface Visit {
  readonly record: GuestRecord;
  /** By the job's name; null where the guest did not come so far, or the job's exit code is not 0. */
  readonly answerOf: (job: string) => string | null;
  /** How long the job took by this machine's clock, in seconds; null where it did not end. */
  readonly secondsOf: (job: string) => number | null;
  /** Boots the same kernel once more. */
  readonly ask: (jobs: readonly GuestJob[]) => Promise<Visit>;
}

/** The exit code where nothing could be had to run. */
export const NOT_SUPPORTED = 3;

/** A command's exit code: 3 where no kernel could be fetched, 1 where one did not do what was asked. */
export function exitCodeOf(results: readonly GuestRecord[], isEveryOneWell: boolean): number {
  if (results.length > 0 && results.every(({ how }) => how === "not fetched")) return NOT_SUPPORTED;
  return isEveryOneWell ? 0 : 1;
}

/** Reads the JSON that a job has printed. */
export function parsed<T>(text: string | null): T | null {
  return text === null ? null : (JSON.parse(text) as T);
}

/** Visits the context's kernels, as many at a time as it says, each with jobs of its own. */
export async function visitKernels(
  context: MuseumContext,
  jobsOf: (kernel: MuseumKernel) => readonly GuestJob[],
  onVisit: (visit: Visit) => Promise<void>,
): Promise<void> {
  const fetchNext = oneAtATime((kernel: MuseumKernel) => fetchKernel(kernel, context.archive, context.cache));
  const queue = context.kernels.values();
  const serve = async () => {
    for (const kernel of queue) {
      if (context.signal.aborted) return;
      say(`${kernel.id}: ${kernel.why}`);
      await onVisit(await visit(kernel, { context, fetchNext }, jobsOf(kernel)));
    }
  };
  await Promise.all(Array.from({ length: context.guests }, serve));
}

/** The archive is read by one at a time. */
function oneAtATime<In, Out>(run: (input: In) => Promise<Out>): (input: In) => Promise<Out> {
  let last: Promise<unknown> = Promise.resolve();
  return (input) => {
    const next = last.then(() => run(input));
    last = next.catch(() => undefined);
    return next;
  };
}

interface Visitor {
  readonly context: MuseumContext;
  readonly fetchNext: (kernel: MuseumKernel) => Promise<FetchedKernel>;
}

async function visit(
  kernel: MuseumKernel,
  { context, fetchNext }: Visitor,
  jobs: readonly GuestJob[],
): Promise<Visit> {
  try {
    const fetched = await fetchNext(kernel);
    if (fetched.neighbour !== null)
      say(`${kernel.id} has left the archive: its neighbour ${fetched.neighbour} stands for it`);
    return await boot(fetched, context, jobs);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    say(`${kernel.id}: ${why}`);
    return notFetched(kernel, why);
  }
}

function notFetched({ id }: MuseumKernel, why: string): Visit {
  const record = {
    kernel: id,
    neighbour: null,
    how: "not fetched" as const,
    lacking: [],
    console: [why],
    seconds: 0,
  };
  const visit: Visit = { record, answerOf: () => null, secondsOf: () => null, ask: async () => visit };
  return visit;
}

async function boot(
  fetched: FetchedKernel,
  context: MuseumContext,
  jobs: readonly GuestJob[],
): Promise<Visit> {
  const { id } = fetched.kernel;
  const modules = await readModules(fetched.modules);
  const seconds = new Map<string, number>();
  let beganMs = performance.now();
  const ending = await bootGuest(context.tools, {
    image: fetched.image,
    archives: [context.common, modulesImage(modules), jobsImage(jobs)],
    limitMs: context.limitMs,
    signal: context.signal,
    onAnswer: (answer) => {
      seconds.set(answer.job, secondsSince(beganMs));
      beganMs = performance.now();
      say(`${id}: ${inWords(answer)}`);
    },
  });
  const lacking = [...modules.lacking, ...ending.unloaded];
  const elapsed = Math.round(ending.elapsedMs / 1000);
  sayEnding(id, ending, lacking, elapsed);
  const console = ending.how === "done" ? [] : ending.console;
  return {
    record: {
      ...{ kernel: id, neighbour: fetched.neighbour, how: ending.how, lacking, console, seconds: elapsed },
    },
    answerOf: (job) => {
      const answer = ending.answers.find((one) => one.job === job);
      return answer?.exitCode === 0 ? answer.stdout : null;
    },
    secondsOf: (job) => seconds.get(job) ?? null,
    ask: (more) => boot(fetched, context, more),
  };
}

function secondsSince(ms: number): number {
  return Math.round((performance.now() - ms) / 1000);
}

function sayEnding(
  id: string,
  { how, console }: GuestEnding,
  lacking: readonly string[],
  seconds: number,
): void {
  say(`${id}: ${how} after ${seconds} s`);
  if (lacking.length > 0) say(`${id} lacks ${lacking.join(", ")}`);
  if (how !== "done") for (const line of console) say(`  | ${line}`);
}

function inWords({ job, exitCode, isOverdue, elapsedMs, stderr }: GuestAnswer): string {
  const seconds = `${(elapsedMs / 1000).toFixed(1)} s by the guest's clock`;
  if (isOverdue) return `${job} took too long and was ended (${seconds})`;
  return exitCode === 0
    ? `${job}: ${seconds}`
    : `${job}: exit code ${exitCode}: ${stderr.trim().slice(-600)}`;
}

function say(words: string): void {
  process.stderr.write(`${words}\n`);
}
