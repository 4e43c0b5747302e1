import { describe, expect, it } from "vitest";
import { rulesOf, simulate, withRules } from "../../../../src/core/model/index.ts";
import { answerIn, RULE_PROBES } from "../../../../src/system/probe/rule-probes.ts";

const CASES = RULE_PROBES.flatMap((probe) =>
  ["4.4", "5.4", "6.14"].flatMap((era) => probe.answers.map((answer) => ({ probe, era, answer }))),
);

describe("answerIn", () => {
  it.each(CASES)("tells $answer from the others in a recording of era $era", ({ probe, era, answer }) => {
    const rules = withRules(rulesOf(era), answer);
    const { trace } = simulate(probe.scenario, { rules });
    const others = probe.answers.filter((one) => one !== answer);
    for (const guess of others) {
      expect(answerIn(probe, trace, withRules(rulesOf(era), guess))).toEqual(answer);
    }
    expect(others.length).toBeGreaterThan(0);
  });

  it("has no answer in a recording that another rule contradicts", () => {
    const [probe] = RULE_PROBES;
    if (probe === undefined) throw new Error("no probe");
    const rules = rulesOf("6.14");
    const { trace } = simulate(probe.scenario, { rules: withRules(rules, { acceptQueueTest: ">=" }) });
    expect(answerIn(probe, trace, rules)).toBeNull();
  });
});
