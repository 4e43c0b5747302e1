import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { rulesOf, withRules } from "../../../../src/core/model/index.ts";
import { parseScenario } from "../../../../src/core/scenario/index.ts";
import type { Trace } from "../../../../src/core/trace/index.ts";
import { Tally } from "../../../../src/system/verify/tally.ts";

const kept = fileURLToPath(new URL("../../../conformance/kept/a-syn-ack-for-another-syn", import.meta.url));
const scenario = parseScenario(readFileSync(`${kept}.yaml`, "utf8"), "kept");
const trace: Trace = JSON.parse(readFileSync(`${kept}.trace.json`, "utf8"));
const rules = withRules(rulesOf("6.14"), { challengesResets: true });

/** The same recording, as if the client had been told that its connection was refused: only the ending tells. */
const otherwise: Trace = {
  ...trace,
  calls: trace.calls.map((call) =>
    call.call === "SO_ERROR" && call.actor === "client 2" ? { ...call, result: "ECONNREFUSED" } : call,
  ),
};
/** The same, as if the last look had come before the kernel took a packet. */
const looked: Trace = {
  ...trace,
  samples: trace.samples.map((one, place) =>
    place === trace.samples.length - 1 ? { ...one, drops: (one.drops ?? 0) + 1 } : one,
  ),
};
const late: Trace = { ...trace, recording: { ...trace.recording, framesLost: 1 } };

function tallyOf(...traces: readonly Trace[]) {
  const tally = new Tally({ seed: 1, rules });
  const askedAgain = traces.map((one) => {
    tally.add({ scenario, recording: { trace: one }, error: null });
    return tally.takeAgain().length;
  });
  return { askedAgain, ...tally.sum(1) };
}

describe("a batch's tally", () => {
  it("counts a recording that ends as simulated", () => {
    const { askedAgain, compared, endings, mismatches } = tallyOf(trace);
    expect({ askedAgain, compared, mismatches }).toEqual({ askedAgain: [0], compared: 1, mismatches: [] });
    expect(endings).toEqual({ same: 1, late: 0, leftOpen: 0, differedOnce: 0 });
  });

  it("asks for another recording of an ending that differs, and tells that it differed once", () => {
    const { askedAgain, compared, endings, mismatches } = tallyOf(otherwise, trace);
    expect({ askedAgain, compared, mismatches }).toEqual({ askedAgain: [1, 0], compared: 1, mismatches: [] });
    expect(endings).toEqual({ same: 1, late: 0, leftOpen: 0, differedOnce: 1 });
  });

  it("asks for another recording of an event that differs, too", () => {
    expect(tallyOf(looked, trace)).toMatchObject({
      askedAgain: [1, 0],
      mismatches: [],
      endings: { differedOnce: 1 },
    });
    expect(tallyOf(looked, looked).mismatches).toHaveLength(1);
  });

  it("takes an ending that differs twice for a mismatch", () => {
    const { askedAgain, endings, mismatches } = tallyOf(otherwise, otherwise);
    expect(askedAgain).toEqual([1, 0]);
    expect(endings).toEqual({ same: 0, late: 0, leftOpen: 0, differedOnce: 0 });
    expect(mismatches).toHaveLength(1);
  });

  it("discards a recording that is spoilt twice, and compares one that is spoilt once", () => {
    expect(tallyOf(late, late)).toMatchObject({ askedAgain: [1, 0], compared: 0, discarded: [{ count: 1 }] });
    expect(tallyOf(late, trace)).toMatchObject({ askedAgain: [1, 0], compared: 1, discarded: [] });
  });
});
