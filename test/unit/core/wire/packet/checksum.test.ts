import { describe, expect, it } from "vitest";
import { internetChecksum, tcpChecksum } from "../../../../../src/core/wire/packet/checksum.ts";
import { RESET, SYN } from "../frames.ts";
import { hex } from "../hex.ts";

describe("internetChecksum", () => {
  it("is the complement of the sum in the example of RFC 1071", () => {
    expect(internetChecksum(hex("0001 f203 f4f5 f6f7"))).toBe(0xffff - 0xddf2);
  });

  it("counts an odd last byte as the upper half of a word", () => {
    expect(internetChecksum(hex("0102 03"))).toBe(0xffff - 0x0402);
  });

  it("verifies to 0 over an IPv4 header that Linux wrote, and not over a changed one", () => {
    const header = SYN.slice(14, 34);
    expect(internetChecksum(header)).toBe(0);
    header[8] = 63;
    expect(internetChecksum(header)).not.toBe(0);
  });

  it("is 0xffff over nothing and over zeros", () => {
    expect([internetChecksum(hex("")), internetChecksum(new Uint8Array(40))]).toEqual([0xffff, 0xffff]);
  });
});

describe("tcpChecksum", () => {
  const loopback = hex("7f000001");

  it("verifies to 0 over a reset that Linux wrote", () => {
    expect(tcpChecksum(loopback, loopback, RESET.subarray(34))).toBe(0);
  });

  it("gives what Linux wrote, from the segment without it", () => {
    const segment = RESET.slice(34);
    segment.set([0, 0], 16);
    expect(tcpChecksum(loopback, loopback, segment)).toBe(0x6111);
  });

  it("depends on the addresses and on the length", () => {
    const segment = RESET.subarray(34);
    expect(tcpChecksum(loopback, hex("7f000002"), segment)).not.toBe(0);
    expect(tcpChecksum(loopback, loopback, Uint8Array.of(...segment, 0, 0))).not.toBe(0);
  });

  it("folds the length of a segment beyond 64 kB", () => {
    // All zeros: what is summed is 6 for TCP and the length 0x00020000, whose upper half comes to 2.
    const [zero, large] = [new Uint8Array(16), new Uint8Array(0x20000)];
    expect(tcpChecksum(zero, zero, large)).toBe(0xffff - 8);
  });
});
