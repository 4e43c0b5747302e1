/**
 * What a listener's queues looked like right after a call: the words in which most claims about limits and lengths are said.
 *
 * @module
 */
import type { TraceCall } from "../../trace/index.ts";
import { conclude, notSeen, seconds } from "../conclude-claim.ts";
import type { Claim } from "../experiment.ts";
import type { TraceView } from "../trace-view.ts";

/** Which call: the how-manieth of one program by name, from 0; -1 is the last. */
export interface CallChoice {
  readonly actor: string;
  readonly call: string;
  readonly nth?: number;
}

/** What is expected of a listener right after it. */
export interface QueueExpectation {
  readonly listener: string;
  readonly after: CallChoice;
  readonly acceptQueue?: number;
  readonly limit?: number;
  readonly synQueue?: number;
}

/** The call that is meant, or null. */
export function chosenCall(view: TraceView, { actor, call, nth = 0 }: CallChoice): TraceCall | null {
  return view.callsOf(actor, call).at(nth) ?? null;
}

/** The queues are as expected right after each of the calls. */
export function queuesAre(id: string, text: string, expected: readonly QueueExpectation[]): Claim {
  return { id, check: (view) => checkQueues(view, text, expected) };
}

function checkQueues(view: TraceView, text: string, expected: readonly QueueExpectation[]) {
  const seen = expected.map((one) => {
    const call = chosenCall(view, one.after);
    return { one, call, sample: call === null ? null : view.sampleAfterCall(call, one.listener) };
  });
  if (seen.some(({ call }) => call === null))
    return notSeen(text, "a call that it speaks of is not in the trace");
  return conclude(text, {
    facts: seen.map(
      ({ one, call, sample }) =>
        `after ${call?.call}${call?.argument == null ? "" : `(${call.argument})`} at ${seconds(call?.at ?? 0)} ${one.listener} has ` +
        `${sample?.acceptQueue} in its accept queue, ${sample?.synQueue} in its SYN queue, limit ${sample?.limit}`,
    ),
    samples: seen.map(({ sample }) => sample),
    calls: seen.flatMap(({ call }) => call ?? []),
    checks: seen.flatMap(({ one, sample }) => [
      [sample !== null, `no sample of ${one.listener} was taken right after ${one.after.call}`] as const,
      ...(["acceptQueue", "limit", "synQueue"] as const).map(
        (what) =>
          [
            sample === null || one[what] === undefined || sample[what] === one[what],
            `${one.listener}: ${what} is ${sample?.[what]}, not ${one[what]}`,
          ] as const,
      ),
    ]),
  });
}
