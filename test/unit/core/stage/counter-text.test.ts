import { describe, expect, it } from "vitest";
import { EXPERIMENTS } from "../../../../src/core/experiment/index.ts";
import { rulesOf, simulate } from "../../../../src/core/model/index.ts";
import { nstatText, stageOf } from "../../../../src/core/stage/index.ts";
import { momentAt } from "../../../../src/core/stage/stage.ts";
import { theOne } from "../../../support/lookups.ts";

const RULES = rulesOf("6.14");
const scenario = theOne(EXPERIMENTS.filter(({ name }) => name === "overflow-drop")).scenario({
  faithful: false,
  family: "ipv4",
  synQueueTest: ">",
});

/** What a printed text says of a counter. */
function printed(text: string, name: string): number {
  const [, value] = new RegExp(`^${name} +(\\d+) +0\\.0$`, "m").exec(text) ?? [];
  return Number(value);
}

describe("what nstat would print at a moment", () => {
  const { trace, readings = null } = simulate(scenario, { rules: RULES, readings: true });
  const run = { trace, readings };

  it("counts each refusal at the step that tells it, and no other", () => {
    const stage = stageOf(scenario, trace);
    const steps = stage.story.filter(({ text }) => text.includes("refused: accept queue full"));
    expect(steps.length).toBe(8);
    for (const { at } of [...steps, ...stage.story]) {
      const refused = momentAt(stage, at).listeners[0]?.refused;
      expect({ at, overflows: printed(nstatText(run, at, false), "TcpExtListenOverflows") }).toEqual({
        at,
        overflows: refused,
      });
    }
  });

  it("ends with the counters of the trace, each under nstat's name", () => {
    const text = nstatText(run, Number.POSITIVE_INFINITY, true);
    expect(printed(text, "TcpExtListenDrops")).toBe(trace.counters.after["ListenDrops"]);
    expect(printed(text, "TcpPassiveOpens")).toBe(4);
    expect(nstatText(run, Number.POSITIVE_INFINITY, false)).toBe(text);
    expect(text).toMatch(/^\$ nstat -az TcpExtListenOverflows TcpExtListenDrops /);
  });

  it("says nothing of the time between where a kernel was read twice", () => {
    const kernel = { trace, readings: null };
    expect(nstatText(kernel, 400, false)).toBe("nstat: this run's counters were read at its end");
    expect(printed(nstatText(kernel, 400, true), "TcpExtListenOverflows")).toBe(8);
  });

  it("leaves the trace as it is", () => {
    expect(simulate(scenario, { rules: RULES })).toEqual({
      ...simulate(scenario, { rules: RULES, readings: true }),
      readings: undefined,
    });
  });
});
