/**
 * The fit against queues whose truth is known: whatever order clients and accepts come in, no refusal of a full queue seems impossible,
 * and no bound is below the limit.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { QueueLog } from "../../../src/core/explain/queue/queue-log.ts";
import { judgeQueue } from "../../../src/core/explain/queue/queue-verdict.ts";
import { propertyOptions } from "../seed.ts";

type Step = "syn" | "final" | "accept" | "answer";

const story = fc.record({
  limit: fc.integer({ min: 0, max: 5 }),
  steps: fc.array(fc.constantFrom<Step>("syn", "final", "final", "accept", "answer"), { maxLength: 200 }),
});

/** Plays the steps at a queue, one a millisecond, and logs what a capture at the server would show. */
function play({ limit, steps }: { readonly limit: number; readonly steps: readonly Step[] }) {
  const log = new QueueLog();
  const admitted: number[] = [];
  const proven = new Map<number, number>();
  let [accepted, answered] = [0, 0];
  const isFull = () => admitted.length - accepted > limit;
  for (const [at, step] of steps.entries()) {
    if (step === "accept") accepted = Math.min(admitted.length, accepted + 1);
    else if (step === "answer" && answered < accepted) proven.set(answered++, at);
    else if (step === "syn" && isFull()) log.refuseSyn(at);
    else if (step === "syn") log.answer(at);
    else if (step === "final" && isFull()) log.refuseFinal(at);
    else if (step === "final") admitted.push(at);
  }
  for (const [place, at] of admitted.entries()) {
    log.admit(at, at, proven.get(place) ?? Number.POSITIVE_INFINITY);
  }
  return log;
}

describe("a queue that is explained by what it did", () => {
  it.each([0, 3])("is contradicted by nothing, with a doubt of %i ms", (marginMs) => {
    fc.assert(
      fc.property(story, (one) => {
        const log = play(one);
        const { contradicted, atMost, refusals } = judgeQueue(log, {
          marginMs,
          roundTripMs: 0,
          isAmid: false,
        });
        expect(contradicted).toBe(0);
        if (refusals > 0) expect(atMost).toBeGreaterThanOrEqual(one.limit);
      }),
      propertyOptions(),
    );
  });

  it("is bounded exactly where whoever was accepted is answered at once", () => {
    fc.assert(
      fc.property(story, ({ limit, steps }) => {
        const arrivals = steps.filter((step) => step !== "answer");
        const prompt = arrivals.flatMap((step): Step[] =>
          step === "accept" ? ["accept", "answer"] : [step],
        );
        const log = play({ limit, steps: prompt });
        const { atMost, refusals } = judgeQueue(log, { marginMs: 0, roundTripMs: 0, isAmid: false });
        if (refusals > 0) expect(atMost).toBe(limit);
      }),
      propertyOptions(),
    );
  });
});
