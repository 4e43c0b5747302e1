import { describe, expect, it } from "vitest";
import { checkClaims, EXPERIMENTS } from "../../../../src/core/experiment/index.ts";
import type { Trace } from "../../../../src/core/trace/index.ts";
import { evidenceThatDoesNotMatter } from "../../../support/evidence.ts";
import { recorded } from "../../../support/recorded.ts";

describe.each(EXPERIMENTS.map((experiment) => [experiment.name, experiment] as const))(
  "%s",
  (_name, experiment) => {
    const { scenario, trace } = recorded(experiment.name);

    it("has claims that hold on a recorded trace", () => {
      const failing = checkClaims(experiment, scenario, trace).filter((claim) => !claim.holds);
      expect(failing.map((claim) => `${claim.id}: ${claim.evidence.text}`)).toEqual([]);
    });

    it("has claims of which none holds without a packet or sample that it cites", () => {
      expect(evidenceThatDoesNotMatter(experiment, scenario, trace)).toEqual([]);
    });

    it("has claims that all cite something", () => {
      for (const claim of checkClaims(experiment, scenario, trace)) {
        const { packets, samples, sockets, calls } = claim.evidence;
        expect(packets.length + samples.length + sockets.length + calls.length, claim.id).toBeGreaterThan(0);
      }
    });

    it("has claims of which none holds on an empty trace", () => {
      const empty: Trace = { ...trace, packets: [], samples: [], calls: [], sockets: [] };
      expect(checkClaims(experiment, scenario, empty).filter((claim) => claim.holds)).toEqual([]);
    });
  },
);
