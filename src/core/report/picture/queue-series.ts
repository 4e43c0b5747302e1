/**
 * How long a listener's queues were over time, and how much the accept queue holds: what a queue chart draws, whatever it
 * comes from.
 *
 * @module
 */
import type { QueueSample } from "../../trace/index.ts";
import type { Conversation } from "./conversation.ts";

/** A length from one moment on, until the next. */
export interface QueueStep {
  readonly at: number;
  readonly length: number;
}

/** One line of a chart. */
export interface QueueLine {
  readonly kind: "accept" | "syn" | "capacity";
  /** What it is, such as `"accept queue"`. */
  readonly label: string;
  readonly steps: readonly QueueStep[];
}

/** The chart of one listener. */
export interface QueueSeries {
  readonly listener: string;
  readonly lines: readonly QueueLine[];
  /** What has to be known to read it; null if nothing. */
  readonly note: string | null;
}

/** The queues of a listener as they were sampled; null where it was never looked at. */
export function queueSeriesOfSamples(listener: string, samples: readonly QueueSample[]): QueueSeries | null {
  const own = samples.filter((sample) => sample.listener === listener);
  const last = own.at(-1);
  if (last === undefined) return null;
  const line = (
    kind: QueueLine["kind"],
    label: string,
    read: (sample: QueueSample) => number,
  ): QueueLine => ({
    kind,
    label,
    steps: changesOf(own.map((sample) => ({ at: sample.at, length: read(sample) }))),
  });
  return {
    listener,
    note: null,
    lines: [
      line("capacity", `holds ${last.limit + 1} (limit ${last.limit})`, ({ limit }) => limit + 1),
      line("syn", "SYN queue", ({ synQueue }) => synQueue),
      line("accept", "accept queue", ({ acceptQueue }) => acceptQueue),
    ],
  };
}

/**
 * What a capture shows of a listener: how many of its clients were connected and not answered yet, and how many waited for a
 * SYN+ACK. The accept queue itself is not in a capture; it is at most the first of these.
 *
 * @param atMost the limit that the capture proves, or null
 */
export function queueSeriesOfCapture(
  listener: string,
  conversations: readonly Conversation[],
  atMost: number | null,
): QueueSeries | null {
  const own = conversations.filter(({ server }) => server === listener);
  const [first] = own;
  if (first === undefined) return null;
  const from = Math.min(...own.map(({ startedAt }) => startedAt));
  const capacity: QueueLine[] =
    atMost === null
      ? []
      : [
          {
            kind: "capacity",
            label: `holds at most ${atMost + 1}`,
            steps: [{ at: from, length: atMost + 1 }],
          },
        ];
  return {
    listener,
    note: "Of the clients in this capture; how many of them were in the accept queue, a capture does not show.",
    lines: [
      ...capacity,
      { kind: "syn", label: "wait for SYN+ACK", steps: waiting(own, ["syn-ack"], from) },
      {
        kind: "accept",
        label: "not answered yet",
        steps: waiting(own, ["server", "room", "accept", "answer"], from),
      },
    ],
  };
}

/** How many wait for one of these things, over time. */
function waiting(
  conversations: readonly Conversation[],
  kinds: readonly string[],
  from: number,
): QueueStep[] {
  const changes = conversations.flatMap(({ waits }) =>
    waits
      .filter(({ kind }) => kinds.includes(kind))
      .flatMap((wait) => [
        { at: wait.from, by: 1 },
        { at: wait.to, by: -1 },
      ]),
  );
  changes.sort((a, b) => a.at - b.at || a.by - b.by);
  let length = 0;
  const steps = changes.map(({ at, by }) => {
    length += by;
    return { at, length };
  });
  return changesOf([{ at: from, length: 0 }, ...steps]);
}

/** Only where the length becomes another one. */
function changesOf(steps: readonly QueueStep[]): QueueStep[] {
  return steps.filter(({ length }, place) => place === 0 || steps[place - 1]?.length !== length);
}
