/**
 * What must be true of every recording, whatever the scenario: order, references, keys, and the capture file beside the trace.
 *
 * @module
 */
import { expect } from "vitest";
import type { Scenario } from "../../src/core/scenario/index.ts";
import type { QueueSample, Trace } from "../../src/core/trace/index.ts";
import { tcpOf } from "../../src/core/wire/packet/finish-checksum.ts";
import { decodeFrame } from "../../src/core/wire/packet/frame.ts";
import { LINK_TYPE } from "../../src/core/wire/packet/link-type.ts";
import { QUEUE_COUNTERS } from "../../src/system/linux/proc/counters.ts";
import type { Capture } from "./capture-file.ts";
import { seenAt } from "./lookups.ts";

const ETHERNET_HEADER_BYTES = 14;
const MTU_BYTES = 1500;

/** The keys of the contract (design.md, section 5). */
const KEYS = {
  trace: ["packets", "samples", "calls", "sockets", "counters"],
  packets: ["number", "at", "arrivedAt", "from", "to", "flags", "seq", "ack", "length", "note"],
  samples: ["at", "listener", "acceptQueue", "synQueue", "limit", "drops", "afterPacket", "afterCall"],
  calls: ["number", "at", "endedAt", "host", "actor", "call", "argument", "result", "remote"],
  sockets: ["at", "host", "state", "local", "remote", "recvQueue", "sendQueue", "process", "actor"],
} as const;

/** A recording as a whole. */
export function expectConsistent(scenario: Scenario, trace: Trace, capture: Capture): void {
  expectKeys(trace);
  expectPackets(scenario, trace);
  expectSamples(trace);
  expectCalls(trace);
  expectCounters(trace);
  expectCapture(scenario, trace, capture);
}

function expectKeys(trace: Trace): void {
  expect(Object.keys(trace)).toEqual(expect.arrayContaining([...KEYS.trace]));
  for (const list of ["packets", "samples", "calls", "sockets"] as const) {
    const missing = trace[list].flatMap((item) => KEYS[list].filter((key) => !Object.hasOwn(item, key)));
    expect(missing, `keys that are left out of ${list}`).toEqual([]);
  }
}

function expectPackets({ topology, wire }: Scenario, { packets }: Trace): void {
  expect(packets.map(({ number }) => number)).toEqual(packets.map((_, place) => place + 1));
  const delayMs = topology === "wire" ? wire.delayMs : 0;
  const seen = packets.map((packet) => seenAt(packet, delayMs));
  expectOrdered(seen, "packets as the server's end saw them");
  const tooEarly = packets.filter(({ at, arrivedAt }) => arrivedAt !== null && arrivedAt < at + delayMs);
  expect(tooEarly, "packets that arrived before the wire's delay was over").toEqual([]);
  const wrongAck = packets.filter(({ flags, ack }) => flags.includes(".") !== (ack !== null));
  expect(wrongAck, "packets whose ack does not follow from their flags").toEqual([]);
}

function expectSamples({ samples, packets, calls, recording }: Trace): void {
  expectOrdered(
    samples.map(({ at }) => at),
    "samples",
  );
  for (const { at, afterPacket, afterCall } of samples) {
    if (afterPacket !== null) expect(packets[afterPacket - 1]?.arrivedAt).toBeLessThanOrEqual(at);
    if (afterCall !== null) expect(calls[afterCall - 1]?.at).toBeLessThanOrEqual(at);
  }
  const gaps = gapsOf(samples);
  expect(recording.largestSampleGapMs).toBe(gaps.at(-1) ?? null);
  expect(recording.p99SampleGapMs).toBe(gaps.find((_, place) => (place + 1) / gaps.length >= 0.99) ?? null);
}

function gapsOf(samples: readonly QueueSample[]): number[] {
  const names = new Set(samples.map(({ listener }) => listener));
  const gaps = [...names].flatMap((name) => {
    const times = samples.filter(({ listener }) => listener === name).map(({ at }) => at);
    return times.slice(1).map((at, place) => at - (times[place] ?? 0));
  });
  return gaps.sort((a, b) => a - b);
}

function expectCalls({ calls }: Trace): void {
  expect(calls.map(({ number }) => number)).toEqual(calls.map((_, place) => place + 1));
  expectOrdered(
    calls.map(({ at }) => at),
    "calls",
  );
  expect(calls.filter(({ at, endedAt }) => endedAt < at)).toEqual([]);
}

function expectCounters({ counters: { before, after } }: Trace): void {
  expect(Object.keys(before)).toEqual([...QUEUE_COUNTERS]);
  expect(Object.keys(after)).toEqual([...QUEUE_COUNTERS]);
  for (const name of QUEUE_COUNTERS) {
    expect((before[name] ?? null) === null).toBe((after[name] ?? null) === null);
    expect(after[name] ?? 0, name).toBeGreaterThanOrEqual(before[name] ?? 0);
  }
}

function expectCapture({ topology, wire }: Scenario, { packets }: Trace, capture: Capture): void {
  expect(capture).toMatchObject({ truncated: false, problem: null });
  expect(capture.packets.length).toBe(packets.length);
  const [first] = packets;
  for (const [place, { bytes, comment, timeNs }] of capture.packets.entries()) {
    const packet = packets[place];
    if (packet === undefined || first === undefined)
      throw new Error(`packet ${place + 1} is not in the trace`);
    const { number, at, arrivedAt, note, length, ...header } = packet;
    expect(decodeFrame(LINK_TYPE.ETHERNET, bytes), `packet ${number}`).toMatchObject({
      ...header,
      payloadLength: length,
    });
    expect(comment).toBe(note);
    const sinceFirstNs = Number((timeNs ?? 0n) - (capture.packets[0]?.timeNs ?? 0n));
    const delayMs = topology === "wire" ? wire.delayMs : 0;
    expect(Math.abs(sinceFirstNs - (seenAt(packet, delayMs) - seenAt(first, delayMs)) * 1e6)).toBeLessThan(
      10,
    );
    expect(tcpChecksumOf(bytes), `the TCP checksum of packet ${number}`).toBe(0);
    if (topology === "wire") expect(bytes.length).toBeLessThanOrEqual(MTU_BYTES + ETHERNET_HEADER_BYTES);
  }
}

/** 0 when the checksum is right. */
function tcpChecksumOf(frame: Uint8Array): number {
  const found = tcpOf(LINK_TYPE.ETHERNET, frame);
  if (found === null) throw new Error("not a whole TCP packet");
  return found.checksum();
}

function expectOrdered(times: readonly number[], what: string): void {
  const place = times.findIndex((time, index) => time < (times[index - 1] ?? Number.NEGATIVE_INFINITY));
  expect(
    place === -1 ? null : { place, around: times.slice(place - 1, place + 1) },
    `order of the ${what}`,
  ).toBeNull();
}
