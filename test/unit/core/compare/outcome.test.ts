import { describe, expect, it } from "vitest";
import { compareOutcome } from "../../../../src/core/compare/kernel/outcome/compare-outcome.ts";
import { nudged } from "../../../../src/core/compare/kernel/outcome/nudge.ts";
import { outcomeOf } from "../../../../src/core/compare/kernel/outcome/outcome.ts";
import { nudgedAsRecorded } from "../../../../src/core/compare/kernel/outcome/recorded-nudge.ts";
import { latenessOf } from "../../../../src/core/compare/kernel/outcome/recording-lateness.ts";
import { rulesOf, simulate, withRules } from "../../../../src/core/model/index.ts";
import { parseScenario, type Scenario } from "../../../../src/core/scenario/index.ts";
import type { TracePacket } from "../../../../src/core/trace/index.ts";

const rules = rulesOf("6.14");
const scenario = parseScenario(
  `scenario: Three clients, one place.
sysctls: { net.ipv4.tcp_syncookies: 0 }
wire: { delay: 20ms }
listener: { backlog: 0, calls: [{ at: 600ms, accept: 1 }] }
clients: [{ at: 0ms, send: 82B }, { at: 300ms, send: 82B }, { at: 400ms }]
duration: 900ms
`,
  "a test",
);
const { trace } = simulate(scenario, { rules });

/** So many clients that chance alone seldom sends all of them to one member. */
const group = parseScenario(
  `scenario: A group of two.
wire: { delay: 20ms }
listeners:
  - { name: one, port: 8088, reuseport: true, backlog: 8, calls: [{ at: 600ms, accept: 9 }] }
  - { name: two, port: 8088, reuseport: true, backlog: 7, calls: [{ at: 600ms, accept: 9 }] }
clients: [{ at: 20ms, count: 9 }]
duration: 900ms
`,
  "a test",
);

describe("compareOutcome", () => {
  it("finds a scenario's own simulation the same", () => {
    expect(compareOutcome(scenario, trace, rules)).toEqual({ verdict: "same" });
  });

  it("finds the ending of other rules different", () => {
    const others = withRules(rules, { acceptQueueTest: ">=" });
    const other = compareOutcome(scenario, simulate(scenario, { rules: others }).trace, rules);
    expect(other).toMatchObject({ verdict: "differs", model: expect.stringContaining("connect 0") });
  });

  it("leaves open what random losses decide, unless they fall as in a simulation", () => {
    const lossy = { ...scenario, wire: { ...scenario.wire, loss: 0.3 } };
    expect(compareOutcome(lossy, trace, rules)).toEqual({ verdict: "left-open" });
    const recorded = simulate(lossy, { rules }).trace;
    expect(compareOutcome(lossy, recorded, rules)).toEqual({ verdict: "late" });
  });

  it("takes the members of a group that clients met from the recording, and leaves open what other rules did", () => {
    const recorded = simulate(group, { rules, memberOf: () => "two" }).trace;
    expect(compareOutcome(group, recorded, rules)).toEqual({ verdict: "late" });
    const others = withRules(rules, { acceptQueueTest: ">=" });
    const unlike = simulate(group, { rules: others, memberOf: () => "two" }).trace;
    expect(compareOutcome(group, unlike, rules)).toEqual({ verdict: "left-open" });
  });

  it("knows an ending that a little lateness explains, and leaves another open", () => {
    const close = {
      ...scenario,
      listeners: scenario.listeners.map((one) => ({
        ...one,
        calls: [{ atMs: 321, call: "accept", argument: 1 } as const],
      })),
    };
    const earlier = {
      ...scenario,
      listeners: scenario.listeners.map((one) => ({
        ...one,
        calls: [{ atMs: 318, call: "accept", argument: 1 } as const],
      })),
    };
    const recorded = simulate(earlier, { rules }).trace;
    expect(compareOutcome(close, recorded, rules)).toEqual({ verdict: "late" });
    const others = withRules(rules, { acceptQueueTest: ">=" });
    const unlike = simulate(earlier, { rules: others }).trace;
    expect(compareOutcome(close, unlike, rules)).toEqual({ verdict: "left-open" });
  });
});

describe("nudgedAsRecorded", () => {
  const lateCalls = (byMs: number): Scenario => ({
    ...scenario,
    clients: scenario.clients.map((one) => ({ ...one, atMs: one.atMs + byMs })),
    listeners: scenario.listeners.map((one) => ({
      ...one,
      calls: one.calls.map((call) => ({ ...call, atMs: call.atMs + 2 * byMs })),
    })),
  });

  it("has calls and packets as late as the recording had them, wherever it begins", () => {
    const recorded = simulate(lateCalls(40), { rules, lagMs: () => 30 }).trace;
    const { scenario: planned, lagMs } = nudgedAsRecorded(scenario, recorded, 100);
    expect(planned.clients.map(({ atMs }) => Math.round(atMs))).toEqual([140, 440, 540]);
    expect(planned.listeners[0]?.calls.map(({ atMs }) => Math.round(atMs))).toEqual([780]);
    expect(lagMs(150)).toBeCloseTo(30, 0);
    expect(lagMs(600_000)).toBe(0);
    expect(outcomeOf(planned, simulate(planned, { rules, lagMs }).trace)).toEqual(
      outcomeOf(scenario, recorded),
    );
  });

  it("explains the ending of a recording that was later than chance is tried for", () => {
    const recorded = simulate(scenario, { rules, lagMs: (atMs) => (atMs < 350 ? 230 : 0) }).trace;
    expect(latenessOf(scenario, recorded)).toBeGreaterThan(200);
    expect(outcomeOf(scenario, recorded)).not.toEqual(outcomeOf(scenario, trace));
    expect(compareOutcome(scenario, recorded, rules)).toEqual({ verdict: "late" });
    const others = withRules(rules, { acceptQueueTest: ">=" });
    const unlike = simulate(scenario, { rules: others, lagMs: (atMs) => (atMs < 350 ? 230 : 0) }).trace;
    expect(compareOutcome(scenario, unlike, rules).verdict).not.toBe("late");
  });
});

describe("lateness and nudges", () => {
  it("a simulation is on time, and one with a lag is as late as that", () => {
    expect(latenessOf(scenario, trace)).toBeLessThan(1);
    const late = simulate(scenario, { rules, lagMs: () => 30 }).trace;
    expect(latenessOf(scenario, late)).toBeGreaterThanOrEqual(30);
    expect(latenessOf(scenario, late)).toBeLessThan(32);
  });

  it("a kernel that answers a handshake late is late, and one that resends its SYN+ACK is not", () => {
    const answeredAt = (lateMs: number) => ({
      ...trace,
      packets: trace.packets.map((one) => (one.flags === "S." ? { ...one, at: one.at + lateMs } : one)),
    });
    expect(latenessOf(scenario, answeredAt(15))).toBeGreaterThanOrEqual(15);
    expect(latenessOf(scenario, answeredAt(15))).toBeLessThan(16);
    const replied = { ...trace, packets: trace.packets.map((one) => laterReply(one)) };
    expect(latenessOf(scenario, replied)).toBeGreaterThanOrEqual(12);
    expect(latenessOf(scenario, replied)).toBeLessThan(13);
    const resent = trace.packets.map((one) =>
      one.flags === "S." ? { ...one, at: one.at + 1000, arrivedAt: (one.arrivedAt ?? 0) + 1000 } : one,
    );
    expect(latenessOf(scenario, { ...trace, packets: resent })).toBeLessThan(1);
  });

  it("a nudge moves things later, by at most so much and where in the timers' steps it begins, and the same way again", () => {
    const [one, again] = [nudged(scenario, 50, 1), nudged(scenario, 50, 1)];
    expect(one.scenario).toEqual(again.scenario);
    for (const [place, { atMs }] of one.scenario.clients.entries()) {
      const planned = scenario.clients[place]?.atMs ?? 0;
      expect(atMs).toBeGreaterThanOrEqual(planned);
      expect(atMs).toBeLessThanOrEqual(planned + 2048 + 50);
    }
    expect(one.scenario.clients).not.toEqual(scenario.clients);
    for (const atMs of [0, 100, 900]) expect(one.lagMs(atMs)).toBe(again.lagMs(atMs));
  });
});

/** A final ACK that leaves 12 ms later, and comes as late. */
function laterReply(packet: TracePacket): TracePacket {
  if (packet.flags !== "." || packet.length > 0) return packet;
  return {
    ...packet,
    at: packet.at + 12,
    arrivedAt: packet.arrivedAt === null ? null : packet.arrivedAt + 12,
  };
}
