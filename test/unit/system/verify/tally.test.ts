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
const late: Trace = { ...trace, recording: { ...trace.recording, framesLost: 1 } };

function tallyOf(...traces: readonly Trace[]) {
  const tally = new Tally({ seed: 1, rules });
  const askedAgain = traces.map((one) => {
    tally.add({ place: 0, scenario, recording: { trace: one, frames: [] }, error: null } as never);
    return tally.takeAgain().length;
  });
  return { askedAgain, ...tally.sum(1) };
}

describe("a batch's tally", () => {
  it("counts a recording that ends as simulated", () => {
    const { askedAgain, compared, endings, mismatches } = tallyOf(trace);
    expect({ askedAgain, compared, mismatches }).toEqual({ askedAgain: [0], compared: 1, mismatches: [] });
    expect(endings).toEqual({ same: 1, leftOpen: 0, differedOnce: 0 });
  });

  it("asks for another recording of an ending that differs, and tells that it differed once", () => {
    const { askedAgain, compared, endings, mismatches } = tallyOf(otherwise, trace);
    expect({ askedAgain, compared, mismatches }).toEqual({ askedAgain: [1, 0], compared: 1, mismatches: [] });
    expect(endings).toEqual({ same: 1, leftOpen: 0, differedOnce: 1 });
  });

  it("takes an ending that differs twice for a mismatch", () => {
    const { askedAgain, endings, mismatches } = tallyOf(otherwise, otherwise);
    expect(askedAgain).toEqual([1, 0]);
    expect(endings).toEqual({ same: 0, leftOpen: 0, differedOnce: 0 });
    expect(mismatches).toHaveLength(1);
  });

  it("discards a recording that is spoilt twice, and compares one that is spoilt once", () => {
    expect(tallyOf(late, late)).toMatchObject({ askedAgain: [1, 0], compared: 0, discarded: [{ count: 1 }] });
    expect(tallyOf(late, trace)).toMatchObject({ askedAgain: [1, 0], compared: 1, discarded: [] });
  });
});
