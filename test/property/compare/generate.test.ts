import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { generateScenario, smallerScenarios } from "../../../src/core/compare/kernel/index.ts";
import { parseScenario, printScenario } from "../../../src/core/scenario/index.ts";
import { propertyOptions } from "../seed.ts";

const anyScenario = fc
  .tuple(fc.nat(1_000_000), fc.nat(5000))
  .map(([seed, place]) => generateScenario(seed, place));

describe("a random scenario", () => {
  it("is the same for the same seed and place", () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(5000), (seed, place) => {
        expect(generateScenario(seed, place)).toEqual(generateScenario(seed, place));
      }),
      propertyOptions(100),
    );
  });

  it("prints as a text that reads back to itself", () => {
    fc.assert(
      fc.property(anyScenario, (scenario) => {
        expect(parseScenario(printScenario(scenario), "printed")).toEqual(scenario);
      }),
      propertyOptions(300),
    );
  });

  it("has smaller ones, each a scenario and none of them itself", () => {
    fc.assert(
      fc.property(anyScenario, (scenario) => {
        for (const smaller of smallerScenarios(scenario)) {
          expect(smaller).not.toEqual(scenario);
          expect(parseScenario(printScenario(smaller), "smaller")).toEqual(smaller);
        }
      }),
      propertyOptions(50),
    );
  });
});
