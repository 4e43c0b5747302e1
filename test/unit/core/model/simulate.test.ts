import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkClaims, EXPERIMENTS } from "../../../../src/core/experiment/index.ts";
import { rulesOf, simulate, withRules } from "../../../../src/core/model/index.ts";
import { parseScenario } from "../../../../src/core/scenario/index.ts";

function failingClaims(name: string, rules = rulesOf("6.14")): string[] {
  const experiment = EXPERIMENTS.find((one) => one.name === name);
  if (experiment === undefined) throw new Error(`no experiment ${name}`);
  const { synQueueTest } = rules;
  const scenario = experiment.scenario({ faithful: false, family: "ipv4", synQueueTest });
  const { trace } = simulate(scenario, { rules });
  return checkClaims(experiment, scenario, trace)
    .filter((claim) => !claim.holds)
    .map((claim) => `${claim.id}: ${claim.evidence.text}`);
}

describe.each(["5.4", "6.5", "6.14"])("a simulation of era %s", (era) => {
  it.each(EXPERIMENTS.map(({ name }) => name))("fulfils every claim of %s", (name) => {
    expect(failingClaims(name, rulesOf(era))).toEqual([]);
  });
});

describe("a simulation of era 6.14", () => {
  it("does not fulfil the claims of capacity when the accept queue holds one less", () => {
    const rules = withRules(rulesOf("6.14"), { acceptQueueTest: ">=" });
    expect(failingClaims("capacity", rules)).not.toEqual([]);
  });

  it("gives the same recording for the same seed, and another for another", () => {
    const variant = { faithful: false, family: "ipv4", synQueueTest: ">" } as const;
    const scenario = EXPERIMENTS[0]?.scenario(variant);
    if (scenario === undefined) throw new Error("no experiment");
    const run = (seed: number) => JSON.stringify(simulate(scenario, { rules: rulesOf("6.14"), seed }).trace);
    expect(run(7)).toBe(run(7));
    expect(run(7)).not.toBe(run(8));
  });
});

describe("data that a SYN carried in vain", () => {
  it("is sent again after one timeout and then two, without a probe between, as a 6.18 kernel was seen to", () => {
    const clients = "clients: [{ at: 20ms, count: 4, send: 82B, fast-open: true }]";
    const scenario = parseScenario(
      `scenario: Fast Open, and no room for the fourth.\nwire: { delay: 10ms }\nlistener: { backlog: 2, fast-open: 1 }\n${clients}\nduration: 2s\n`,
      "fast open",
    );
    const { packets } = simulate(scenario, { rules: rulesOf("6.14") }).trace;
    const data = packets.filter(({ from, flags }) => from.endsWith(":40004") && flags === "P.");
    const gaps = data.slice(1).map(({ at }, place) => at - (data[place]?.at ?? 0));
    expect(gaps[0]).toBeLessThan(260);
    expect(gaps[1]).toBeGreaterThan(400);
  });
});

describe("the model's room", () => {
  it("imports no node: module", () => {
    const files = readdirSync("src/core/model", { recursive: true, encoding: "utf8" }).filter((file) =>
      file.endsWith(".ts"),
    );
    expect(files.length).toBeGreaterThan(15);
    const offenders = files.filter((file) =>
      /from "node:/.test(readFileSync(join("src/core/model", file), "utf8")),
    );
    expect(offenders).toEqual([]);
  });
});
