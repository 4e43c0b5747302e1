import { describe, expect, it } from "vitest";
import { markUnreached } from "../../../../../src/core/compare/eras/index.ts";
import {
  type ClaimResult,
  checkClaims,
  EXPERIMENTS,
  type Experiment,
  hasFailed,
  verdictOn,
} from "../../../../../src/core/experiment/index.ts";
import { type KernelRules, rulesOf, simulate, withRules } from "../../../../../src/core/model/index.ts";
import { theOne } from "../../../../support/lookups.ts";

const RULES = rulesOf("6.14");
const variant = { faithful: false, family: "ipv4", synQueueTest: RULES.synQueueTest } as const;
/** A kernel is later than the model, by a few milliseconds here. */
const lagMs = () => 3;

/** The claims of a run that ends at a share of its time. */
function claimsAt(experiment: Experiment, share: number, kernel: KernelRules = RULES): ClaimResult[] {
  const scenario = experiment.scenario(variant);
  const whole = simulate(scenario, { rules: kernel, seed: 7, lagMs }).trace;
  const durationMs = (whole.samples.at(-1)?.at ?? 0) * share;
  const cut = simulate({ ...scenario, durationMs }, { rules: kernel, seed: 7, lagMs }).trace;
  const trace = { ...cut, recording: { ...cut.recording, interrupted: true } };
  const claims = checkClaims(experiment, scenario, trace);
  return markUnreached(claims, { experiment, scenario, trace, rules: RULES });
}

describe.each(EXPERIMENTS.map((experiment) => [experiment.name, experiment] as const))(
  "%s, interrupted",
  (_name, experiment) => {
    it.each([0.02, 0.15, 0.4, 0.7, 0.95])(
      "says of no claim that it failed, after %d of its time",
      (share) => {
        const claims = claimsAt(experiment, share);
        expect(claims.filter(hasFailed).map(({ id, evidence }) => `${id}: ${evidence.text}`)).toEqual([]);
        expect(["holds", "interrupted"]).toContain(verdictOn(claims));
      },
    );
  },
);

describe("a claim that the kernel has broken before the interruption", () => {
  const experiment = theOne(EXPERIMENTS.filter(({ name }) => name === "overflow-drop"));
  const oneLess = withRules(RULES, { acceptQueueTest: ">=" });

  it("has failed", () => {
    const claims = claimsAt(experiment, 0.5, oneLess);
    expect(claims.filter(hasFailed).map(({ id }) => id)).toContain("holds-limit-plus-one");
    expect(verdictOn(claims)).toBe("does not hold");
  });

  it("is not reached when the interruption comes first", () => {
    const claims = claimsAt(experiment, 0.001, oneLess);
    expect(claims.filter(hasFailed)).toEqual([]);
    expect(verdictOn(claims)).toBe("interrupted");
  });
});
