import { describe, expect, it } from "vitest";
import { type Features, isConclusive } from "../../../../src/system/probe/features.ts";
import { rememberConclusive } from "../../../../src/system/probe/remember-conclusive.ts";

function featuresWith(answer: Features["features"][number]["answer"], test: ">" | null = ">"): Features {
  const feature = { name: "veth pairs", answer, reason: null, remedy: null, needsFor: "the lab" };
  return { features: [feature], synQueueTest: { test, reason: "seen" } };
}

describe("what is remembered of this machine's features", () => {
  it("is asked again after an answer that could not tell", () => {
    const answers = [featuresWith("could not tell"), featuresWith("yes", null), featuresWith("no")];
    let asked = 0;
    const probe = rememberConclusive(() => answers[asked++] as Features, isConclusive);
    const seen = [probe(), probe(), probe(), probe(), probe()];
    expect(seen.map(({ features }) => features[0]?.answer)).toEqual([
      "could not tell",
      "yes",
      "no",
      "no",
      "no",
    ]);
    expect(asked).toBe(3);
  });

  it("keeps nothing of a question that failed", () => {
    let asked = 0;
    const probe = rememberConclusive(
      () => {
        asked += 1;
        if (asked === 1) throw new Error("no namespace now");
        return asked;
      },
      () => true,
    );
    expect(probe).toThrow("no namespace now");
    expect([probe(), probe()]).toEqual([2, 2]);
  });
});
