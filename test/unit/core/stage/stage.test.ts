import { describe, expect, it } from "vitest";
import { EXPERIMENTS } from "../../../../src/core/experiment/index.ts";
import { rulesOf, simulate } from "../../../../src/core/model/index.ts";
import { clientNameOf, parseScenario, type Scenario } from "../../../../src/core/scenario/index.ts";
import { inFlight, paceOf, stageOf } from "../../../../src/core/stage/index.ts";
import { isSilent, linesUntil, momentAt, nextStep, stepBefore } from "../../../../src/core/stage/stage.ts";

const RULES = rulesOf("6.14");
const VARIANT = { faithful: false, family: "ipv4", synQueueTest: ">" } as const;
const NAMED = [
  "overflow-drop",
  "overflow-abort",
  "overflow-loopback",
  "half-open-client",
  "syn-retry-ladder",
];

function scenarioOf(name: string): Scenario {
  const experiment = EXPERIMENTS.find((one) => one.name === name);
  if (experiment === undefined) throw new Error(name);
  return experiment.scenario(VARIANT);
}

/** Looks between every two things that happen: the socket tables tell who is where. */
function withLooks(scenario: Scenario): Scenario {
  const { packets, calls } = simulate(scenario, { rules: RULES }).trace;
  const times = [
    ...packets.flatMap(({ at, arrivedAt }) => [at, arrivedAt ?? at]),
    ...calls.map(({ at }) => at),
  ];
  const sorted = [...new Set(times)].sort((one, other) => one - other);
  const between = sorted.slice(1).map((at, place) => ((sorted[place] ?? at) + at) / 2);
  return { ...scenario, lookAtMs: between.filter((at) => at < scenario.durationMs) };
}

describe("the stage of a run", () => {
  it.each(NAMED)("has in the SYN queue of %s whom the server's socket table has in SYN_RECV", (name) => {
    const scenario = withLooks(scenarioOf(name));
    const { trace } = simulate(scenario, { rules: RULES });
    const stage = stageOf(scenario, trace);
    const looks = new Map<number, Set<string>>();
    for (const { at, host, state, remote } of trace.sockets) {
      const names = looks.get(at) ?? new Set();
      if (host === "server" && state === "SYN_RECV") names.add(clientNameOf(scenario, remote) ?? remote);
      looks.set(at, names);
    }
    expect(looks.size).toBeGreaterThan(10);
    for (const [at, names] of looks) {
      const shown = momentAt(stage, at).listeners.flatMap(({ synNames }) => synNames);
      expect({ at, names: [...shown].sort(byText) }).toEqual({ at, names: [...names].sort(byText) });
    }
  });

  it.each(NAMED)("shows at each step of %s what the step says of the queues", (name) => {
    const scenario = scenarioOf(name);
    const stage = stageOf(scenario, simulate(scenario, { rules: RULES }).trace);
    const told = stage.story.flatMap(({ at, text }) => {
      const [, queue, length] = /: (accept|SYN) queue (\d+)(?: of \d+)?$/.exec(text) ?? [];
      return queue === undefined || text.includes("refused") ? [] : [{ at, queue, length: Number(length) }];
    });
    expect(told.length).toBeGreaterThan(0);
    for (const { at, queue, length } of told) {
      const lengths = momentAt(stage, at).listeners.map((one) =>
        queue === "SYN" ? one.synQueue : one.acceptQueue,
      );
      expect({ at, lengths }).toEqual({ at, lengths: expect.arrayContaining([length]) });
    }
  });

  it.each(EXPERIMENTS.map(({ name }) => name))(
    "has at each sample of %s the lengths of the sample",
    (name) => {
      const scenario = scenarioOf(name);
      const { trace } = simulate(scenario, { rules: RULES });
      const stage = stageOf(scenario, trace);
      // Of samples at one time the last one counts.
      const last = new Map(trace.samples.map((sample) => [`${sample.listener} ${sample.at}`, sample]));
      for (const { at, listener, acceptQueue, synQueue, limit } of last.values()) {
        const shown = momentAt(stage, at).listeners.find((one) => one.name === listener);
        if (shown?.isOpen === true && !trace.calls.some((call) => call.at === at))
          expect(shown).toMatchObject({ acceptQueue, synQueue, limit });
        expect(shown?.acceptNames.length ?? 0).toBeLessThanOrEqual(shown?.acceptQueue ?? 0);
      }
    },
  );

  it("marks the client whose final ACK was refused as silent until it is served", () => {
    const scenario = scenarioOf("overflow-drop");
    const stage = stageOf(scenario, simulate(scenario, { rules: RULES }).trace);
    const silentAt = (at: number) =>
      momentAt(stage, at)
        .clients.filter(isSilent)
        .map(({ name }) => name);
    expect(silentAt(350)).toEqual([]);
    expect(silentAt(1_000)).toEqual(["client 4"]);
    expect(silentAt(stage.endMs)).toEqual([]);
    expect(stage.story.map(({ text }) => text)).toContain(
      "ACK of client 4 refused: accept queue full, 2 of 2",
    );
  });

  it("tells each refused packet which queue refused it", () => {
    const scenario = scenarioOf("syn-retry-ladder");
    const { packets } = stageOf(scenario, simulate(scenario, { rules: RULES }).trace);
    const refused = packets.filter(({ refusedBy }) => refusedBy !== null);
    expect(refused.length).toBeGreaterThan(3);
    expect(new Set(refused.map(({ refusedBy }) => refusedBy))).toEqual(new Set(["accept queue"]));
  });

  it("steps from one thing to the next and back over the same ones", () => {
    const scenario = scenarioOf("overflow-drop");
    const stage = stageOf(scenario, simulate(scenario, { rules: RULES }).trace);
    const onwards = [0];
    for (let at = 0; at < stage.endMs; ) {
      at = nextStep(stage, at);
      onwards.push(at);
    }
    expect(linesUntil(stage, stage.endMs)).toBe(stage.story.length);
    const back = [stage.endMs];
    for (let at = stage.endMs; at > 0; ) {
      at = stepBefore(stage, at);
      back.push(at);
    }
    expect(back.reverse()).toEqual([...new Set([...onwards])]);
  });

  it("names nobody where thousands come, and keeps the lengths", () => {
    const text =
      "scenario: many\nlistener: { backlog: 50 }\nclients: [{ at: 0ms, count: 900 }]\nduration: 1s\n";
    const scenario = parseScenario(text, "many");
    const stage = stageOf(scenario, simulate(scenario, { rules: RULES }).trace);
    const { clients, listeners } = momentAt(stage, stage.endMs);
    expect(clients).toEqual([]);
    expect(listeners[0]).toMatchObject({ acceptQueue: 51, acceptNames: [] });
  });
});

describe("the pace", () => {
  const scenario = scenarioOf("overflow-drop");
  const stage = stageOf(scenario, simulate(scenario, { rules: RULES }).trace);
  const pace = paceOf(stage);

  it("goes to show time and back", () => {
    for (const at of [0, 10, 20, 333, 1_500, 5_000, stage.endMs])
      expect(pace.toRun(pace.toShow(at))).toBeCloseTo(at, 6);
    expect(pace.toShow(stage.endMs)).toBe(pace.endMs);
  });

  it("shows a packet's flight long enough to follow it, and a silence of seconds quickly", () => {
    const { at, arrivedAt } = stage.packets[0] as { at: number; arrivedAt: number };
    expect(pace.toShow(arrivedAt) - pace.toShow(at)).toBeGreaterThan(400);
    expect(pace.toShow(7_000) - pace.toShow(4_400)).toBeLessThan(1_000);
  });

  it("has the packets that are on their way at a moment", () => {
    expect(inFlight(stage, 10).map(({ flags, client }) => `${client} ${flags}`)).toEqual(["client 1 S"]);
    expect(inFlight(stage, 1_000)).toEqual([]);
  });
});

function byText(one: string, other: string): number {
  return one < other ? -1 : 1;
}
