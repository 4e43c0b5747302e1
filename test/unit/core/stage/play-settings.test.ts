import { describe, expect, it } from "vitest";
import { parseScenario } from "../../../../src/core/scenario/index.ts";
import {
  FIRST_SETTINGS,
  fieldOfError,
  type PlaySettings,
  settingsText,
} from "../../../../src/core/stage/index.ts";

function scenarioOf(change: Partial<PlaySettings>) {
  return parseScenario(settingsText({ ...FIRST_SETTINGS, ...change }), "playground");
}

function errorOf(change: Partial<PlaySettings>): string {
  try {
    scenarioOf(change);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("no error");
}

describe("the playground's fields", () => {
  it("make a scenario", () => {
    const scenario = scenarioOf({ backlog: "7", roundTrip: "30ms", loss: "2", clients: "4", every: "100ms" });
    expect(scenario).toMatchObject({
      listeners: [{ backlog: 7, accept: { how: "one-at-a-time", holdMs: 600 } }],
      wire: { delayMs: 15, loss: 0.02 },
    });
    expect(scenario.clients.map(({ atMs }) => atMs)).toEqual([0, 100, 200, 300]);
  });

  it("make bursts, floods, random arrivals and clicks", () => {
    const bursts = scenarioOf({ arrival: "bursts", clients: "7", burst: "3", every: "1s" });
    expect(bursts.clients.map(({ atMs }) => atMs)).toEqual([0, 0, 0, 1000, 1000, 1000, 2000]);
    expect(scenarioOf({ arrival: "flood" }).wire.rules).toMatchObject([
      { from: "server", flags: "S.", action: "drop" },
    ]);
    const random = scenarioOf({ arrival: "poisson", clients: "200", every: "10ms" }).clients;
    expect(random).toHaveLength(200);
    expect(random.at(-1)?.atMs).toBeGreaterThan(1_000);
    expect(random.at(-1)?.atMs).toBeLessThan(4_000);
    expect(scenarioOf({ arrival: "clicks", clicks: [0, 12.5] }).clients.map(({ atMs }) => atMs)).toEqual([
      0, 12.5,
    ]);
  });

  it.each<[keyof PlaySettings, string]>([
    ["backlog", "many"],
    ["roundTrip", "fast"],
    ["loss", "200"],
    ["hold", "5 parsecs"],
    ["clients", "0"],
    ["clients", "30000"],
    ["every", "soon"],
    ["somaxconn", "1.5"],
    ["sysctls", "net.core.x = y"],
  ])("give the parser's own words for a wrong %s, %s", (field, value) => {
    const words = errorOf({ [field]: value });
    expect(words).toMatch(/^playground:\d+:\d+: .*expected/i);
    expect(fieldOfError(words, FIRST_SETTINGS)).toBe(field);
  });
});
