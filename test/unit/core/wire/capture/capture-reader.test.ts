import { describe, expect, it } from "vitest";
import { CaptureReader } from "../../../../../src/core/wire/capture/capture-reader.ts";
import { encodePcapng } from "../../../../../src/core/wire/capture/pcapng-write.ts";
import { encodePcap } from "../../../../support/pcap-file.ts";
import { readSegments } from "../../../../support/read-segments.ts";
import { SYN, SYN_ACK } from "../frames.ts";
import { hex, toHex } from "../hex.ts";

type Order = "little" | "big";

function int(order: Order, size: 2 | 4, value: number): string {
  const pairs =
    (value >>> 0)
      .toString(16)
      .padStart(size * 2, "0")
      .match(/../g) ?? [];
  return (order === "big" ? pairs : pairs.reverse()).join("");
}

/** A pcap file of SYN and SYN+ACK, 1 second and 7 ticks apart; `extra` is what the modified form adds to each record. */
function pcap(order: Order, magic: number, linkType = 1, extra = ""): Uint8Array {
  const words = (...values: number[]): string => values.map((value) => int(order, 4, value)).join("");
  const head = words(magic) + int(order, 2, 2) + int(order, 2, 4) + words(0, 0, 65_535, linkType);
  const record = (seconds: number, ticks: number, frame: Uint8Array): string =>
    words(seconds, ticks, frame.length, frame.length) + extra + toHex(frame);
  return hex(head + record(5, 0, SYN) + record(6, 7, SYN_ACK));
}

const packetsOf = (frames: Uint8Array[]): { timeNs: bigint; bytes: Uint8Array; originalLength: number }[] =>
  frames.map((bytes, place) => ({ timeNs: 10n + BigInt(place), bytes, originalLength: bytes.length }));

describe("CaptureReader", () => {
  it.each<[string, Uint8Array, number]>([
    ["little-endian microseconds", pcap("little", 0xa1b2c3d4), 1000.007],
    ["big-endian microseconds", pcap("big", 0xa1b2c3d4), 1000.007],
    ["little-endian nanoseconds", pcap("little", 0xa1b23c4d), 1000.000007],
    ["big-endian nanoseconds", pcap("big", 0xa1b23c4d), 1000.000007],
    ["the modified form", pcap("little", 0xa1b2cd34, 1, "0100000008000400"), 1000.007],
    ["the modified form, big-endian", pcap("big", 0xa1b2cd34, 1, "0000000100080400"), 1000.007],
    ["check sequences told in the link type", pcap("little", 0xa1b2c3d4, 0x14000001), 1000.007],
  ])("reads pcap: %s", (_name, bytes, at) => {
    const { segments, facts } = readSegments(bytes);
    expect(segments).toMatchObject([
      { number: 1, at: 0, flags: "S", interface: 0 },
      { number: 2, at, flags: "S.", interface: 0 },
    ]);
    expect(facts).toMatchObject({ format: "pcap", packets: 2, problem: null, firstTimeNs: 5_000_000_000n });
    expect(facts.interfaces).toMatchObject([{ linkType: 1, snapLength: 65_535 }]);
  });

  it("reads pcapng: interfaces of different link types, each packet's own", () => {
    const packet = { timeNs: 5n, originalLength: 60, comment: null };
    const bytes = encodePcapng({
      application: "x",
      interfaces: [{ linkType: 1, name: "eth0" }, { linkType: 101 }],
      packets: [
        { ...packet, interface: 1, bytes: SYN.subarray(14) },
        { ...packet, interface: 0, bytes: SYN_ACK, timeNs: 2_000_005n },
      ],
    });
    const { segments, facts } = readSegments(bytes);
    expect(segments).toMatchObject([
      { interface: 1, flags: "S", at: 0 },
      { interface: 0, flags: "S.", at: 2 },
    ]);
    expect(facts).toMatchObject({ format: "pcapng", interfaces: [{ name: "eth0" }, { linkType: 101 }] });
  });

  it("has no time for simple packets, and none before the first packet that has one", () => {
    const block = (type: number, body: string): string => {
      const length = int("little", 4, 12 + body.length / 2);
      return int("little", 4, type) + length + body + length;
    };
    const section = block(0x0a0d0d0a, `4d3c2b1a01000000${"ff".repeat(8)}`) + block(1, "0100000000000000");
    const simple = block(3, `${int("little", 4, SYN.length)}${toHex(SYN)}0000`);
    const old = block(
      2,
      `0000ffff00000000 05000000 4a000000 4a000000${toHex(SYN_ACK)}0000`.replaceAll(" ", ""),
    );
    const { segments, facts } = readSegments(hex(section + simple + old + simple));
    expect(segments.map(({ at }) => at)).toEqual([Number.NaN, 0, Number.NaN]);
    expect(facts).toMatchObject({ packets: 3, problem: null, firstTimeNs: 5000n, lastTimeNs: 5000n });
    expect(readSegments(hex(section + simple)).facts).toMatchObject({ firstTimeNs: null, lastTimeNs: null });
  });

  it("keeps times that go backwards, tells the first and the latest, and takes 0 for no date", () => {
    const times = [5_000_000n, 9_000_000n, 3_000_000n];
    const packets = times.map((timeNs) => ({ timeNs, bytes: SYN, originalLength: SYN.length }));
    const { segments, facts } = readSegments(encodePcap({ linkType: 1, packets }));
    expect(segments.map(({ at }) => at)).toEqual([0, 4, -2]);
    expect(facts).toMatchObject({ firstTimeNs: 5_000_000n, lastTimeNs: 9_000_000n });
    const undated = encodePcap({ linkType: 1, packets: [{ timeNs: 0n, bytes: SYN, originalLength: 74 }] });
    expect(readSegments(undated).facts).toMatchObject({ packets: 1, firstTimeNs: null, lastTimeNs: null });
  });

  it("counts what is no segment by reason, and tells the packet's number", () => {
    const skipped: [string, number][] = [];
    const reader = new CaptureReader({
      onSegment: () => undefined,
      onSkipped: (...told) => skipped.push(told),
    });
    const arp = hex(`${"00".repeat(12)}0806${"00".repeat(28)}`);
    reader.push(encodePcap({ linkType: 1, packets: packetsOf([SYN, arp, SYN.subarray(0, 30), arp]) }));
    reader.end();
    expect(skipped).toEqual([
      ["not IP", 2],
      ["cut off", 3],
      ["not IP", 4],
    ]);
    expect(reader.facts().skipped).toEqual([
      { reason: "not IP", count: 2 },
      { reason: "cut off", count: 1 },
    ]);
  });

  it("is fine with a file that holds no packets", () => {
    const pcapBytes = encodePcap({ linkType: 1, packets: [] });
    expect(readSegments(pcapBytes).facts).toMatchObject({ packets: 0, problem: null });
    const pcapngBytes = encodePcapng({ application: "x", interfaces: [], packets: [] });
    expect(readSegments(pcapngBytes).facts).toMatchObject({ packets: 0, problem: null, interfaces: [] });
  });
});

describe("a damaged capture", () => {
  const good = encodePcap({ linkType: 1, packets: packetsOf([SYN, SYN_ACK]) });
  const goodNg = encodePcapng({
    application: "x",
    interfaces: [{ linkType: 1 }],
    packets: packetsOf([SYN, SYN_ACK]).map((packet) => ({ ...packet, interface: 0, comment: null })),
  });

  it.each([
    ["pcap", good],
    ["pcapng", goodNg],
  ])("%s, cut at every byte, gives what is before the cut, and says where", (_name, bytes) => {
    for (let length = 24; length < bytes.length; length += 1) {
      const { segments, facts } = readSegments(bytes.subarray(0, length));
      expect(segments.length).toBe(facts.packets);
      expect(segments.length).toBeLessThan(2);
      if (facts.problem !== null)
        expect(facts.problem).toMatch(/^pcap(ng)? \w+ at \d+: need \d+ bytes, have \d+$/);
    }
    for (let length = 0; length < 12; length += 1) {
      expect(() => readSegments(bytes.subarray(0, length))).toThrow(/^(capture|text|pcap packet) at 0: /);
    }
  });

  it.each<[string, string, RegExp]>([
    [
      "a length of 4 GB in pcap",
      `${toHex(good)}0100000001000000ffffffffffffffff`,
      /pcap packet at \d+: at most 1048576 captured bytes expected, says 4294967295/,
    ],
    [
      "a packet block of 4 GB",
      `${toHex(goodNg)}06000000fcffffff00000000`,
      /pcapng block at \d+: a length of at most 4194304 expected, is 4294967292/,
    ],
    [
      "an unknown block of 4 GB",
      `${toHex(goodNg)}ad0b0000fcffffff00000000`,
      /pcapng block at \d+: 4294967280 bytes of it are missing/,
    ],
    [
      "a block of no length",
      `${toHex(goodNg)}060000000000000000000000`,
      /pcapng block at \d+: the length must be a multiple of 4 and at least 12, is 0/,
    ],
    [
      "another section in no order",
      `${toHex(goodNg)}0a0d0d0a1c00000000000000`,
      /pcapng block at \d+: the byte-order magic expected/,
    ],
  ])("stops at %s", (_name, digits, problem) => {
    const { segments, facts } = readSegments(hex(digits));
    expect(segments.length).toBe(2);
    expect(facts.problem).toMatch(problem);
  });

  it("passes over an unknown block of 8 MB without keeping it", () => {
    const unknown = new Uint8Array(8_000_000);
    new DataView(unknown.buffer).setUint32(0, 0x0bad, true);
    new DataView(unknown.buffer).setUint32(4, unknown.length, true);
    new DataView(unknown.buffer).setUint32(unknown.length - 4, unknown.length, true);
    const packets = packetsOf([SYN]).map((packet) => ({ ...packet, interface: 0, comment: null }));
    const tail = encodePcapng({ application: "x", interfaces: [{ linkType: 1 }], packets });
    const whole = Uint8Array.from([...goodNg, ...unknown, ...tail]);
    const { segments, facts } = readSegments(whole, [100, 500_000, 5_000_000]);
    expect([segments.length, facts.problem]).toEqual([3, null]);
  });

  it("is no capture at all if it begins otherwise, and says what else it is", () => {
    const message = (digits: string): string => {
      try {
        readSegments(hex(digits));
      } catch (error) {
        return (error as Error).message;
      }
      return "";
    };
    expect(message("")).toBe("capture at 0: it is empty");
    expect(message("7f454c4602010100000000000000")).toBe(
      "capture at 0: the beginning of a pcap or pcapng file or a tcpdump listing expected",
    );
    expect(message("1f8b0800000000000003")).toContain("is gzip within another compression");
    expect(message("fd377a585a0000000000")).toContain("is xz: xz -dc FILE | listenq explain -");
    expect(message("425a68393141592653")).toContain("is bzip2");
    expect(message("736e6f6f70000000000002000000")).toContain("is a snoop file of Solaris");
    expect(message("474d4255000201000000")).toContain("is a file of Microsoft Network Monitor");
    expect(message("0000000000f15365 02 04 0050 0000 004c".replaceAll(" ", ""))).toContain(
      "may be an ERF file",
    );
  });

  it("is known by its first 12 bytes, wherever the chunks end (found by mutation)", () => {
    const bytes = Buffer.from("Cg0NCoCAgIBNPP////8A//////////8EAAEAeAAAAA==", "base64");
    for (const cut of bytes.keys()) {
      expect(() => readSegments(bytes, [cut])).toThrow("text at 0: no line of tcpdump's");
    }
  });

  it("keeps what the caller says was wrong with the bytes", () => {
    const reader = new CaptureReader({ onSegment: () => undefined });
    reader.push(good);
    reader.end("gzip: unexpected end of file");
    expect(reader.facts().problem).toBe("gzip: unexpected end of file");
  });
});
