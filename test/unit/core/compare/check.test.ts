import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { compareCounters } from "../../../../src/core/compare/kernel/check/counter-bounds.ts";
import { Fork } from "../../../../src/core/compare/kernel/check/fork.ts";
import { timelineOf } from "../../../../src/core/compare/kernel/check/timeline.ts";
import { EARLY_MS, latenessMs } from "../../../../src/core/compare/kernel/check/tolerance.ts";
import { checkConformance } from "../../../../src/core/compare/kernel/index.ts";
import { rulesOf, ServerHost, withRules } from "../../../../src/core/model/index.ts";
import { parseScenario } from "../../../../src/core/scenario/index.ts";
import type { QueueSample, Trace, TracePacket } from "../../../../src/core/trace/index.ts";

const rules = withRules(rulesOf("6.14"), { challengesResets: true });
const kept = (name: string) => {
  const file = fileURLToPath(new URL(`../../../conformance/kept/${name}`, import.meta.url));
  const trace: Trace = JSON.parse(readFileSync(`${file}.trace.json`, "utf8"));
  return { scenario: parseScenario(readFileSync(`${file}.yaml`, "utf8"), name), trace };
};
/** Three requests, one cookie, a ladder of SYN+ACKs. */
const recording = kept("a-cookie-of-the-minute-before");

/** The verdict after one thing in the recording was changed. */
function verdictWith(change: (trace: Trace) => Partial<Trace>): string {
  const { scenario, trace } = recording;
  return checkConformance(scenario, { ...trace, ...change(trace) }, rules).verdict;
}

function changePacket(of: (packet: TracePacket) => boolean, change: Partial<TracePacket>) {
  return ({ packets }: Trace): Partial<Trace> => {
    const place = packets.findIndex(of);
    return { packets: packets.map((packet, at) => (at === place ? { ...packet, ...change } : packet)) };
  };
}

const isSynAck = ({ flags }: TracePacket) => flags === "S.";

describe("checkConformance, on a recording that conforms", () => {
  it("conforms as it is", () => {
    expect(verdictWith(() => ({}))).toBe("conforms");
  });

  it.each<[string, (trace: Trace) => Partial<Trace>]>([
    ["an answer's ACK number is one off", changePacket(isSynAck, { ack: 1 })],
    ["an answer is a reset", changePacket(isSynAck, { flags: "R" })],
    [
      "an answer comes 40 ms late",
      ({ packets }) => {
        const first = packets.find(isSynAck);
        return { packets: packets.map((one) => (one === first ? { ...one, at: one.at + 40 } : one)) };
      },
    ],
    [
      "an answer came twice",
      ({ packets }) => ({
        packets: packets.flatMap((one) => (isSynAck(one) ? [one, { ...one, at: one.at + 2 }] : [one])),
      }),
    ],
    [
      "a look at the queues shows one request more",
      ({ samples }) => ({
        samples: samples.map((one, place) => (place === 5 ? { ...one, synQueue: one.synQueue + 1 } : one)),
      }),
    ],
    [
      "the listener has one drop more",
      ({ samples }) => ({
        samples: samples.map((one) => ({ ...one, drops: (one.drops ?? 0) + 1 })),
      }),
    ],
    [
      "the limit is another",
      ({ samples }) => ({
        samples: samples.map((one): QueueSample => ({ ...one, limit: one.limit + 1 })),
      }),
    ],
    [
      "a counter is one higher",
      ({ counters }) => ({
        counters: {
          ...counters,
          after: { ...counters.after, SyncookiesSent: (counters.after["SyncookiesSent"] ?? 0) + 1 },
        },
      }),
    ],
    [
      "accept() returned nobody",
      ({ calls }) => ({
        calls: calls.map((one) =>
          one.call === "accept4" ? { ...one, remote: null, result: "EAGAIN" } : one,
        ),
      }),
    ],
  ])("mismatches when %s", (_what, change) => {
    expect(verdictWith(change)).toBe("mismatch");
  });

  it("shows kernel and model beside each other until the difference", () => {
    const { scenario, trace } = recording;
    const changed = { ...trace, ...changePacket(isSynAck, { ack: 1 })(trace) };
    const { mismatch } = checkConformance(scenario, changed, rules);
    const last = mismatch?.listing.at(-1);
    expect(mismatch?.listing.at(-2)).toMatchObject({ model: expect.stringContaining("sends [S.]") });
    expect(last).toEqual({ at: mismatch?.at, kernel: mismatch?.observed, model: mismatch?.expected });
    expect(last?.kernel).toContain("ack 1");
  });
});

describe("the tolerance", () => {
  it("is the wheel's step for the coarser of HZ = 250 and 1000, and 29 ms", () => {
    const steps = [
      [200, 8],
      [1000, 64],
      [2000, 64],
      [4000, 256],
      [8000, 512],
      [16_000, 512],
      [32_000, 2048],
    ] as const;
    for (const [timeoutMs, stepMs] of steps) expect(latenessMs(timeoutMs)).toBe(stepMs + 29);
  });

  it("tells a timeout of 900 ms from one of 1 s", () => {
    expect(EARLY_MS).toBeLessThan(100);
  });
});

describe("the timeline", () => {
  it("has what arrived, what was called, what was answered and the looks, in order, with an end", () => {
    const { scenario, trace } = recording;
    const events = timelineOf(scenario, trace);
    const kinds = events.map(({ kind }) => kind);
    expect(new Set(kinds)).toEqual(new Set(["arrival", "answer", "call", "sample", "end"]));
    expect(kinds.filter((kind) => kind === "end")).toEqual(["end"]);
    expect(kinds.at(-1)).toBe("end");
    const times = events.map(({ at }) => at);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    const arrived = trace.packets.filter(
      ({ from, arrivedAt }) => from.includes(":4000") && arrivedAt !== null,
    );
    expect(kinds.filter((kind) => kind === "arrival")).toHaveLength(arrived.length);
  });

  it("leaves out a reset on a connection that was accepted, and keeps one before", () => {
    const { scenario, trace } = recording;
    const to = "192.0.2.1:40001";
    const reset = (at: number): TracePacket => ({
      ...(trace.packets.find(isSynAck) as TracePacket),
      to,
      at,
      flags: "R",
      ack: null,
    });
    const accept = {
      number: 1,
      at: 50,
      endedAt: 51,
      host: "server",
      actor: "listener",
      call: "accept4",
    } as const;
    const calls = [{ ...accept, argument: null, result: 5, remote: to }];
    const answers = timelineOf(scenario, { ...trace, samples: [], calls, packets: [reset(40), reset(60)] });
    expect(answers.filter(({ kind }) => kind === "answer").map(({ at }) => at)).toEqual([40]);
  });
});

describe("a fork", () => {
  const host = () => {
    const made = ServerHost.create(rules, { initialSequence: () => 500 });
    made.listen({ name: "web", endpoint: "192.0.2.2:80", backlog: 1 });
    return made;
  };
  const syn: TracePacket = {
    number: 1,
    at: 9,
    arrivedAt: 10,
    from: "192.0.2.1:1",
    to: "192.0.2.2:80",
    flags: "S",
    seq: 7,
    ack: null,
    length: 0,
    note: null,
  };
  const synAck = { ...syn, number: 2, at: 10, from: syn.to, to: syn.from, flags: "S.", seq: 500, ack: 8 };

  it("owes what the model sends, until it was seen or is overdue", () => {
    const fork = new Fork(host());
    fork.arrive({ kind: "arrival", at: 10, doneAt: 10, packet: syn });
    expect(fork.late(20)).toBeNull();
    expect(fork.late(40)).toMatchObject({ observed: "no such packet" });
    expect(fork.answer({ kind: "answer", at: 10, packet: synAck })).toBeNull();
    expect(fork.late(40)).toBeNull();
    expect(fork.answer({ kind: "answer", at: 11, packet: synAck })).toMatchObject({
      expected: expect.stringMatching(/^nothing to .* before its timer/),
    });
  });

  it("shares nothing that changes with a copy, but its past", () => {
    const fork = new Fork(host());
    fork.arrive({ kind: "arrival", at: 10, doneAt: 10, packet: syn });
    const copy = fork.clone();
    expect(copy.key()).toBe(fork.key());
    const [window] = copy.windows();
    if (window === undefined) throw new Error("no timer");
    copy.fireUnseen(window);
    expect(copy.key()).not.toBe(fork.key());
    expect(copy.steps?.before).toBe(fork.steps);
    expect(fork.windows()[0]?.timer.dueMs).toBe(1010);
  });

  it("compares counters, and names those that differ", () => {
    const fork = new Fork(host());
    fork.arrive({ kind: "arrival", at: 10, doneAt: 10, packet: syn });
    const { trace } = recording;
    const zero = Object.fromEntries(Object.keys(trace.counters.after).map((name) => [name, 0]));
    const quiet = { ...trace, calls: [], counters: { before: zero, after: zero } };
    expect(compareCounters(fork, quiet)).toBeNull();
    const other = { ...quiet, counters: { before: zero, after: { ...zero, ListenDrops: 1 } } };
    expect(compareCounters(fork, other)).toEqual({ expected: "ListenDrops 0", observed: "ListenDrops 1" });
  });
});
