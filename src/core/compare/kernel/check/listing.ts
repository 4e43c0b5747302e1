/**
 * Kernel and model beside each other: what each did at every event of a recording, as rows.
 *
 * @module
 */
import type { Effects, TimerRef } from "../../../model/index.ts";
import { describeCall, describeEffects, describePacket } from "./event-words.ts";
import type { ServerEvent } from "./timeline.ts";

/** One moment of a recording. */
export interface ListingRow {
  readonly at: number;
  readonly kernel: string;
  readonly model: string;
}

/** One step of a model on its way, with those before it; forks share their past. */
export interface Step {
  readonly at: number;
  /** What was seen; for a timer that fired unseen the timer. */
  readonly cause: ServerEvent | TimerRef;
  /** Null where the model only agrees. */
  readonly effects: Effects | null;
  readonly before: Step | null;
}

const AGREES = "the same";

/** The rows up to a step. Looks at the queues that agree are left out. */
export function listingOf(last: Step | null): ListingRow[] {
  const rows: ListingRow[] = [];
  for (let step = last; step !== null; step = step.before) {
    const row = rowOf(step);
    if (row !== null) rows.push(row);
  }
  return rows.reverse();
}

function rowOf({ at, cause, effects }: Step): ListingRow | null {
  const model = effects === null ? AGREES : describeEffects(effects);
  if ("dueMs" in cause)
    return { at, kernel: "", model: `the timer of ${cause.peer ?? cause.listener}: ${model}` };
  switch (cause.kind) {
    case "arrival": {
      const { number, flags, from, seq } = cause.packet;
      return { at, kernel: `packet ${number}: [${flags}] from ${from}, seq ${seq}`, model };
    }
    case "answer":
      return { at, kernel: `packet ${cause.packet.number}: ${describePacket(cause.packet)}`, model };
    case "call": {
      const { call } = cause;
      return { at, kernel: `${call.actor}: ${describeCall(call)} = ${call.remote ?? call.result}`, model };
    }
    default:
      return null;
  }
}
