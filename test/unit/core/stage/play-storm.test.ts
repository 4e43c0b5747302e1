import { describe, expect, it } from "vitest";
import { rulesOf } from "../../../../src/core/model/index.ts";
import {
  FIRST_SETTINGS,
  isStorm,
  momentAt,
  paceOf,
  runStorm,
  stageOf,
} from "../../../../src/core/stage/index.ts";

const MANY = {
  ...FIRST_SETTINGS,
  clients: "100000",
  every: "1ms",
  backlog: "128",
  accept: "at-once",
  hold: "5ms",
};

describe("more clients than a scenario lists", () => {
  it("are a storm, with lengths over time and how they fared", () => {
    expect(isStorm(MANY)).toBe(true);
    expect(isStorm(FIRST_SETTINGS)).toBe(false);
    const { scenario, trace, outcome } = runStorm(MANY, rulesOf("6.14"));
    expect(outcome).toMatch(/^Of 100000 clients: 100000 served\. The accept queue was at most \d+ long/);
    const stage = stageOf(scenario, trace);
    expect(stage.moments.length).toBeGreaterThan(1);
    expect(stage.endMs).toBeGreaterThan(99_000);
    expect(momentAt(stage, 50_000).listeners[0]).toMatchObject({ limit: 128, isOpen: true });
    expect(paceOf(stage).endMs).toBeLessThan(20_000);
  });

  it("fill the queue where nobody accepts", () => {
    const { trace, outcome } = runStorm({ ...MANY, clients: "30000", accept: "never" }, rulesOf("6.14"));
    expect(trace.samples.at(-1)).toMatchObject({ acceptQueue: 129, limit: 128 });
    expect(outcome).not.toContain("served");
  });

  it("are at most a million, and every field is judged by the parser", () => {
    expect(() => runStorm({ ...MANY, clients: "2000000" }, rulesOf("6.14"))).toThrow(/at most 1000000/);
    expect(() => runStorm({ ...MANY, backlog: "x" }, rulesOf("6.14"))).toThrow(
      /^playground:\d+:\d+: listener\.backlog/,
    );
  });
});
