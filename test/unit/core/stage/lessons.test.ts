import { describe, expect, it } from "vitest";
import { EXPERIMENTS } from "../../../../src/core/experiment/index.ts";
import { rulesOf, simulate } from "../../../../src/core/model/index.ts";
import { parseScenario } from "../../../../src/core/scenario/index.ts";
import { LESSONS, momentAt, type Stage, stageOf } from "../../../../src/core/stage/index.ts";
import type { Trace } from "../../../../src/core/trace/index.ts";

function runOf(id: string): { readonly stage: Stage; readonly trace: Trace } {
  const lesson = LESSONS.find((one) => one.id === id);
  if (lesson === undefined) throw new Error(id);
  const scenario = parseScenario(lesson.scenario, id);
  const { trace } = simulate(scenario, { rules: rulesOf("6.14") });
  return { trace, stage: stageOf(scenario, trace) };
}

function connectedAt(trace: Trace, client: string): number | undefined {
  return trace.calls.find(
    ({ actor, call, result }) => actor === client && call === "SO_ERROR" && result === 0,
  )?.at;
}

describe("the lessons", () => {
  it("are six, each with an answer among its choices and a proof in the catalogue", () => {
    expect(LESSONS).toHaveLength(6);
    for (const { choices, answer, proof } of LESSONS) {
      expect(choices[answer]).toBeDefined();
      expect(EXPERIMENTS.map(({ name }) => name)).toContain(proof);
    }
  });

  it("one client: connect() returns after one round trip, accept() comes after two seconds", () => {
    const { trace, stage } = runOf("one-client");
    expect(connectedAt(trace, "client 1")).toBeLessThan(41);
    expect(momentAt(stage, 1_900).listeners[0]).toMatchObject({ acceptNames: ["client 1"] });
    expect(stage.story.find(({ text }) => text.startsWith("accept() takes client 1"))?.at).toBeCloseTo(
      2_000,
      0,
    );
  });

  it("a queue: three get into an accept queue of backlog 2", () => {
    const { stage } = runOf("a-queue");
    expect(momentAt(stage, stage.endMs).listeners[0]).toMatchObject({ acceptQueue: 3, limit: 2, refused: 0 });
  });

  it("the second queue: three requests, and each SYN+ACK again after 1, 3, 7 and 15 s", () => {
    const { stage, trace } = runOf("second-queue");
    expect(momentAt(stage, stage.endMs).listeners[0]).toMatchObject({ acceptQueue: 0, synQueue: 3 });
    const times = trace.packets
      .filter(({ flags, to }) => flags === "S." && to.endsWith(":40001"))
      .map(({ at }) => at);
    expect(times.map((at) => Math.round(at / 1000))).toEqual([0, 1, 3, 7, 15]);
  });

  it("the silent drop: client 4's connect() returned, and its answer comes seconds later", () => {
    const { trace, stage } = runOf("silent-drop");
    expect(connectedAt(trace, "client 4")).toBeLessThan(400);
    expect(stage.story.some(({ text }) => /^client 4 has its answer after 10\.\d+ s$/.test(text))).toBe(true);
  });

  it("the echo: the last client is connected about a second after it came", () => {
    const { trace } = runOf("echo");
    const late = (connectedAt(trace, "client 20") ?? Number.NaN) - 570;
    expect(late).toBeGreaterThan(900);
    expect(late).toBeLessThan(1_200);
  });

  it("too large: five of the twenty are still there when they are taken, and client 21 waits for six seconds", () => {
    const { trace, stage } = runOf("too-large");
    const closed = new Map(
      trace.calls
        .filter(({ host, call }) => host === "client" && call === "close")
        .map(({ actor, at }) => [actor, at]),
    );
    const taken = trace.calls.filter(({ call, result }) => call === "accept4" && typeof result === "number");
    const there = taken.filter(({ at, remote }) => {
      const client = `client ${Number(remote?.split(":").at(-1)) - 40_000}`;
      return client !== "client 21" && at < (closed.get(client) ?? 0);
    });
    expect(there).toHaveLength(5);
    expect(stage.story.some(({ text }) => /^client 21 has its answer after 6\.\d+ s$/.test(text))).toBe(true);
  });
});
