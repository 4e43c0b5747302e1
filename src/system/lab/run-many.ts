/**
 * Many scenarios in one event loop: a bounded number side by side, each with an ending of its own. What fails ends
 * alone; the others go on.
 *
 * @module
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Scenario } from "../../core/scenario/index.ts";
import type { Recording } from "../../core/trace/index.ts";
import { parseFileLimits } from "../linux/proc/process-state.ts";
import { readTextOrNull } from "../linux/proc/vanishing.ts";
import { type RunOptions, runScenario } from "./run-scenario.ts";

/** How a batch is run. */
export interface BatchOptions extends RunOptions {
  /** How many scenarios at the most are under way at a time; fewer where the limit of open files leaves no room for so many. */
  readonly parallel: number;
}

/** Two namespaces with their sockets, and clients: 13 on average, and more of some scenarios. */
const DESCRIPTORS_EACH = 20;

/** How one scenario of a batch ended. */
export interface BatchEnding {
  /** Its place in the batch, from 0. */
  readonly place: number;
  readonly scenario: Scenario;
  /** What was recorded; null if the run failed. */
  readonly recording: Recording | null;
  /** Why it failed; null if it did not. */
  readonly error: unknown;
}

/**
 * Runs a batch. The scenarios may come from a generator: each is taken when there is room for it. After the signal none
 * is begun any more, and those under way end early with what they have (`trace.recording.interrupted`).
 *
 * @param onEnd called once for each scenario that was begun, in the order in which they end; what it throws ends the batch
 */
export async function runMany(
  scenarios: Iterable<Scenario>,
  options: BatchOptions,
  onEnd: (ending: BatchEnding) => void,
): Promise<void> {
  const { parallel, ...runOptions } = options;
  const queue = numbered(scenarios);
  const turn = oneATurn();
  let hasFailed = false;
  const serve = async () => {
    for (const [place, scenario] of queue) {
      await turn();
      const ending = await runOne(place, scenario, runOptions);
      if (hasFailed) return;
      try {
        onEnd(ending);
      } catch (error) {
        hasFailed = true;
        throw error;
      }
      if (options.signal?.aborted === true) return;
    }
  };
  if (options.signal?.aborted === true) return;
  const room = roomWithin(parseFileLimits(readTextOrNull("/proc/self/limits") ?? "").soft);
  await Promise.all(Array.from({ length: Math.min(parallel, room) }, serve));
}

/** How many scenarios a limit of open files leaves room for; null is no limit. */
export function roomWithin(fileLimit: number | null): number {
  return fileLimit === null
    ? Number.POSITIVE_INFINITY
    : Math.max(1, Math.floor(fileLimit / DESCRIPTORS_EACH));
}

async function runOne(place: number, scenario: Scenario, options: RunOptions): Promise<BatchEnding> {
  try {
    return { place, scenario, recording: await runScenario(scenario, options), error: null };
  } catch (error) {
    return { place, scenario, recording: null, error };
  }
}

/**
 * Lets one pass in each turn of the event loop: building hosts is synchronous, and a hundred runs that end together must not
 * build their successors in one go while the packets of the others wait.
 */
function oneATurn(): () => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  return () => {
    last = last.then(() => nextTurn());
    return last;
  };
}

/** One iterator that all share, so that each scenario is taken once; a server that leaves must not close it for the others. */
function numbered(scenarios: Iterable<Scenario>): Iterable<[number, Scenario]> {
  const iterator = scenarios[Symbol.iterator]();
  let place = -1;
  const next = (): IteratorResult<[number, Scenario]> => {
    const { done, value } = iterator.next();
    place += 1;
    return done === true ? { done, value: undefined } : { done: false, value: [place, value] };
  };
  return { [Symbol.iterator]: () => ({ next }) };
}
