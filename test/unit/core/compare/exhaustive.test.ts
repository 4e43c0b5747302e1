import { describe, expect, it } from "vitest";
import { coverEdges } from "../../../../src/core/compare/kernel/exhaustive/cover.ts";
import { enumerateStates } from "../../../../src/core/compare/kernel/exhaustive/enumerate.ts";
import {
  firstState,
  modelHost,
  type SmallHost,
  type SmallSetting,
  type Step,
  takeStep,
} from "../../../../src/core/compare/kernel/exhaustive/small-world.ts";
import { scenarioOf } from "../../../../src/core/compare/kernel/exhaustive/way-scenario.ts";
import { exploreSmallWorlds } from "../../../../src/core/compare/kernel/index.ts";
import { type KernelRules, rulesOf, simulate } from "../../../../src/core/model/index.ts";

const rules = rulesOf("6.14");
const setting = { backlog: 0, cookies: 0 } as const;

/** The model with one of its methods replaced, in every copy. */
function faultyHost(fault: (host: SmallHost) => Partial<SmallHost>): (rules: KernelRules) => SmallHost {
  const wrap = (host: SmallHost): SmallHost =>
    new Proxy(host, {
      get: (target, name) => {
        if (name === "clone") return () => wrap(target.clone());
        const own = Reflect.get(fault(target), name) ?? Reflect.get(target, name, target);
        return typeof own === "function" ? own.bind(target) : own;
      },
    });
  return (own) => wrap(modelHost(own));
}

function violated(fault: (host: SmallHost) => Partial<SmallHost>): string[] {
  const graph = enumerateStates({ rules, setting, mostClients: 2, createHost: faultyHost(fault) });
  return [...new Set(graph.violations.map(({ invariant }) => invariant))];
}

describe("enumerateStates", () => {
  it.each(["4.4", "4.10", "5.4", "5.10", "6.14"])("finds the invariants kept by the rules of %s", (era) => {
    for (const cookies of [0, 1] as const)
      for (const backlog of [0, 1]) {
        const world = { rules: rulesOf(era), setting: { backlog, cookies }, mostClients: 2 };
        expect(enumerateStates(world).violations).toEqual([]);
      }
  });

  it("visits the states of one client: every kind, each to its end", () => {
    const { states, edges, ends } = enumerateStates({ rules, setting, mostClients: 1 });
    expect({ states, edges: edges.length, ends }).toMatchInlineSnapshot(`
      {
        "edges": 16,
        "ends": 3,
        "states": 14,
      }
    `);
  });

  it("catches a queue that takes one too many", () => {
    const found = violated((host) => ({
      waiting: (name) => [...host.waiting(name), ...host.waiting(name)],
    }));
    expect(found).toContain("the accept queue is at most limit + 1 long");
  });

  it("catches an overflow that is no drop", () => {
    const found = violated((host) => ({ counters: { ...host.counters, ListenDrops: 0 } }));
    expect(found).toContain("ListenDrops is at least ListenOverflows");
  });

  it("catches a request whose timer is lost, and says how to get there", () => {
    const lost = faultyHost(() => ({ timers: () => [] }));
    const { violations } = enumerateStates({ rules, setting, mostClients: 1, createHost: lost });
    expect(violations.map(({ found, steps }) => ({ found, steps }))).toContainEqual({
      found: "a silent client stays open",
      steps: [{ what: "begin", kind: "silent" }],
    });
  });
});

describe("coverEdges", () => {
  it("takes every edge at least once, each way from the first state on", () => {
    const graph = enumerateStates({ rules, setting, mostClients: 2 });
    const byPlace = new Map(graph.edges.map((edge) => [`${edge.from} ${JSON.stringify(edge.step)}`, edge]));
    const taken = new Set<unknown>();
    for (const way of coverEdges(graph)) {
      let place = 0;
      for (const step of way) {
        const edge = byPlace.get(`${place} ${JSON.stringify(step)}`);
        expect(edge).toBeDefined();
        taken.add(edge);
        place = edge?.to ?? 0;
      }
    }
    expect(taken.size).toBe(graph.edges.length);
  });
});

describe("scenarioOf", () => {
  const settings: SmallSetting[] = [0, 1, 2].flatMap((backlog) => [
    { backlog, cookies: 0 },
    { backlog, cookies: 1 },
  ]);

  it.each(settings)("makes scenarios whose simulation takes the same way: %o", (world) => {
    for (const way of coverEdges(enumerateStates({ rules, setting: world, mostClients: 2 }))) {
      const { trace } = simulate(scenarioOf(way, world, "A way."), { rules, seed: 1 });
      const after = Object.fromEntries(
        Object.entries(trace.counters.after).map(([name, value]) => [
          name,
          (value ?? 0) - (trace.counters.before[name] ?? 0),
        ]),
      );
      expect({ way, ...after }).toMatchObject({ way, ...countersAfter(way, world) });
    }
  });
});

/** What the listener's counters come to by the steps alone. */
function countersAfter(way: readonly Step[], world: SmallSetting): Record<string, number> {
  const { counters } = way.reduce(takeStep, firstState(rules, world)).host;
  const { ListenOverflows, ListenDrops, TCPReqQFullDrop, SyncookiesSent, SyncookiesRecv, PassiveOpens } =
    counters;
  const { TCPSynRetrans, EmbryonicRsts } = counters;
  return {
    ...{ ListenOverflows, ListenDrops, TCPReqQFullDrop, SyncookiesSent, SyncookiesRecv, PassiveOpens },
    ...{ TCPSynRetrans, EmbryonicRsts },
  };
}

describe("exploreSmallWorlds", () => {
  it("says which eras it cannot be asked about", () => {
    expect(() => exploreSmallWorlds(rulesOf("3.10"), 1)).toThrow(/4\.4 or newer/);
  });

  it("is six worlds, and scenarios of a few seconds", () => {
    const { graphs, scenarios } = exploreSmallWorlds(rules, 1);
    expect(graphs).toHaveLength(6);
    expect(scenarios.length).toBeGreaterThan(6);
    expect(Math.max(...scenarios.map(({ durationMs }) => durationMs))).toBeLessThan(10_000);
  });
});
