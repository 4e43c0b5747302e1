import { describe, expect, it } from "vitest";
import type { Experiment, Verdict } from "../../../../src/core/experiment/index.ts";
import type { Recording } from "../../../../src/core/trace/index.ts";
import type { ExperimentResult } from "../../../../src/system/lab/run-experiment.ts";
import { runUndisturbed } from "../../../../src/system/lab/undisturbed.ts";
import { traceOf } from "../../../support/traces.ts";

const experiment = { name: "an experiment" } as Experiment;
const OPTIONS = { faithful: false, family: "ipv4" } as const;

function resultOf(verdict: Verdict, awayMs: number | null): ExperimentResult {
  const trace = traceOf([]);
  const quality = { ...trace.recording, largestSampleGapMs: awayMs };
  const recording: Recording = { trace: { ...trace, recording: quality }, frames: [], startedAtNs: 0n };
  return { experiment, scenario: null, claims: [], verdict, recording, reason: null };
}

/** Runs with results that are known before; returns the last one, how many were needed, and what was said. */
async function runsOf(...results: ExperimentResult[]) {
  const said: number[] = [];
  let runs = 0;
  const run = async () => results[runs++] as ExperimentResult;
  const onDisturbed = (awayMs: number) => said.push(awayMs);
  const result = await runUndisturbed(experiment, { ...OPTIONS, onDisturbed }, run);
  return { verdict: result.verdict, runs, said };
}

describe("an experiment on a busy machine", () => {
  it("runs once when its claims hold, however late the machine was", async () => {
    expect(await runsOf(resultOf("holds", 500))).toEqual({ verdict: "holds", runs: 1, said: [] });
  });

  it("runs again when a claim fails on a recording with a gap, and says so", async () => {
    const results = [resultOf("does not hold", 43), resultOf("holds", 3)];
    expect(await runsOf(...results)).toEqual({ verdict: "holds", runs: 2, said: [43] });
  });

  it("has no excuse for a claim that fails on a recording without one", async () => {
    expect(await runsOf(resultOf("does not hold", 3))).toEqual({
      verdict: "does not hold",
      runs: 1,
      said: [],
    });
  });

  it("gives up after the third", async () => {
    const results = [50, 60, 70].map((awayMs) => resultOf("does not hold", awayMs));
    expect(await runsOf(...results)).toEqual({ verdict: "does not hold", runs: 3, said: [50, 60] });
  });

  it("does not run again what is not supported here", async () => {
    expect(await runsOf(resultOf("not supported", null))).toEqual({
      verdict: "not supported",
      runs: 1,
      said: [],
    });
  });
});
