/**
 * A listener's load from frequent looks at its queue. Nothing but accept() makes an accept queue shorter, so a queue that is not
 * empty and does not become shorter stands still.
 *
 * @module
 */
import type { Observation, SeenPause } from "./observation.ts";

/** One look. */
export interface QueueLook {
  /** Milliseconds since the look began. */
  readonly at: number;
  readonly acceptQueue: number;
  readonly limit: number;
}

/** What was seen besides the looks. */
export interface QueueSurroundings {
  readonly source: string;
  /** Handshakes that the namespace completed meanwhile: `PassiveOpens`; null where it is not known. */
  readonly passiveOpens: number | null;
  readonly drops: number;
}

/** Shorter ones are the distance of two looks, or one slow accept. */
const LEAST_PAUSE_MS = 20;

/** At least two looks. */
export function observeQueue(looks: readonly QueueLook[], around: QueueSurroundings): Observation {
  const seenMs = (looks.at(-1)?.at ?? 0) - (looks[0]?.at ?? 0);
  const grown = looks.reduce(
    (sum, { acceptQueue }, at) =>
      sum + Math.max(0, acceptQueue - (looks[at - 1]?.acceptQueue ?? acceptQueue)),
    0,
  );
  const came = Math.max(grown, around.passiveOpens ?? 0) + around.drops;
  return {
    source: around.source,
    seenMs,
    ratePerSecond: seenMs > 0 ? (came * 1000) / seenMs : 0,
    pauses: standstills(looks),
    longestQueue: looks.reduce((most, { acceptQueue }) => Math.max(most, acceptQueue), 0),
    limit: looks.at(-1)?.limit ?? null,
    refused: around.drops,
    notes: rateNotes(came - around.drops, seenMs, around),
  };
}

/** What the rate is, and how far it can be from the truth: the kernel counts packets, not clients. */
function rateNotes(least: number, seenMs: number, { passiveOpens, drops }: QueueSurroundings): string[] {
  const perSecond = Math.round((least * 1000) / Math.max(1, seenMs));
  return [
    passiveOpens === null
      ? "The rate is that at which the queue was seen to grow: who was taken between two looks is missing."
      : "The rate is the namespace's PassiveOpens and this listener's refusals: other listeners' connections are in it too.",
    ...(drops === 0
      ? []
      : [
          `A refused SYN that comes again is refused and counted again: ${perSecond} a second is the least that it can be. Give --rate if you know it.`,
        ]),
  ];
}

/** Stretches in which the queue held somebody and did not become shorter. */
function standstills(looks: readonly QueueLook[]): SeenPause[] {
  const pauses: SeenPause[] = [];
  let fromMs: number | null = null;
  let lastMs = 0;
  const end = (): void => {
    if (fromMs !== null && lastMs - fromMs >= LEAST_PAUSE_MS)
      pauses.push({ fromMs, lastsMs: lastMs - fromMs });
    fromMs = null;
  };
  for (const [at, { at: nowMs, acceptQueue }] of looks.entries()) {
    const before = looks[at - 1]?.acceptQueue ?? 0;
    if (acceptQueue < before || acceptQueue === 0) end();
    // Whoever waits after an accept waits from then on; else somebody has come since the look before.
    if (acceptQueue > 0) fromMs ??= acceptQueue < before ? nowMs : (looks[at - 1]?.at ?? nowMs);
    lastMs = nowMs;
  }
  end();
  return pauses;
}
