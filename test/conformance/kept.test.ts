import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import {
  checkConformance,
  clientMutantsOf,
  compareRecording,
  mutantsOf,
} from "../../src/core/compare/kernel/index.ts";
import { rulesOf, simulate, withRules } from "../../src/core/model/index.ts";
import { parseScenario } from "../../src/core/scenario/index.ts";
import type { Trace } from "../../src/core/trace/index.ts";

/**
 * What a 6.18.44 did in scenarios in which it was right and the model once was not, and in a few that tell every changed rule
 * from the true ones. Recorded by scripts/keep-scenario.mjs and scripts/check-mutants.mjs.
 */
const folder = fileURLToPath(new URL("kept/", import.meta.url));
const names = readdirSync(folder).flatMap((file) => (file.endsWith(".yaml") ? [file.slice(0, -5)] : []));
const rules = withRules(rulesOf("6.14"), { challengesResets: true });

function kept(name: string) {
  const scenario = parseScenario(readFileSync(`${folder}${name}.yaml`, "utf8"), `${name}.yaml`);
  const trace: Trace = JSON.parse(readFileSync(`${folder}${name}.trace.json`, "utf8"));
  return { scenario, trace };
}

describe("the recordings of a 6.18.44", () => {
  it.each(names)("%s: the model conforms", (name) => {
    const { scenario, trace } = kept(name);
    const { verdict, mismatch } = checkConformance(scenario, trace, rules);
    expect(mismatch).toBeNull();
    expect(verdict).toBe("conforms");
  });

  it("a-syn-ack-for-another-syn: ends as simulated, and not with one reset less", () => {
    const { scenario, trace } = kept("a-syn-ack-for-another-syn");
    expect(compareRecording(scenario, trace, rules).outcome).toBe("same");
    const after = { ...trace.counters?.after, EmbryonicRsts: 1 };
    const altered = { ...trace, counters: { ...trace.counters, after } } as Trace;
    expect(compareRecording(scenario, altered, rules).mismatch).not.toBeNull();
  });

  it.each(names)("%s: not without its first answer", (name) => {
    const { scenario, trace } = kept(name);
    const first = trace.packets.find(({ flags }) => flags === "S.");
    const packets = trace.packets.filter((packet) => packet !== first);
    expect(checkConformance(scenario, { ...trace, packets }, rules).verdict).toBe("mismatch");
  });

  it.each(mutantsOf(rules))("tell $name from this kernel's rule", ({ change }) => {
    const mutant = withRules(rules, change);
    const catchers = names.filter((name) => {
      const { scenario, trace } = kept(name);
      return checkConformance(scenario, trace, mutant).verdict === "mismatch";
    });
    expect(catchers).not.toEqual([]);
  });

  it.each(clientMutantsOf(rules))(
    "tell $name from what this kernel's clients do, by an ending",
    ({ change }) => {
      const mutant = withRules(rules, change);
      const catchers = names.filter((name) => {
        const { scenario, trace } = kept(name);
        const isTrue = compareRecording(scenario, trace, rules).mismatch === null;
        return isTrue && compareRecording(scenario, trace, mutant).mismatch !== null;
      });
      expect(catchers).not.toEqual([]);
    },
  );

  it("show a SYN that is hurried after a wrong ACK number, as soon as the simulation has it", () => {
    const { scenario, trace } = kept("a-syn-ack-for-another-syn");
    const hurriedAfterMs = ({ packets }: Trace) => {
      const reset = packets.findIndex(({ flags, from }) => flags === "R" && from.endsWith(":40002"));
      expect(packets[reset + 1]).toMatchObject({ flags: "S", from: packets[reset]?.from });
      return (packets[reset + 1]?.at ?? 0) - (packets[reset]?.at ?? 0);
    };
    const patient = withRules(rules, { hurriesSynAfterWrongAck: false });
    expect(hurriedAfterMs(trace)).toBeLessThan(13);
    expect(hurriedAfterMs(simulate(scenario, { rules }).trace)).toBeLessThan(13);
    expect(hurriedAfterMs(simulate(scenario, { rules: patient }).trace)).toBeGreaterThan(500);
  });

  it("decide by the rules that random scenarios seldom or never reach", () => {
    const decided = new Set(
      names.flatMap((name) => {
        const { scenario, trace } = kept(name);
        return [...checkConformance(scenario, trace, rules).coverage.keys()];
      }),
    );
    for (const rule of ["cookie-expired", "cookie-beside-request", "close-leaves-requests", "no-ack-ignored"])
      expect(decided).toContain(rule);
  });
});
