import { describe, expect, it } from "vitest";
import { decodePcap } from "../../../../support/capture-file.ts";
import { encodePcap } from "../../../../support/pcap-file.ts";
import { hex, toHex } from "../hex.ts";

const BODY_LITTLE =
  "0200 0400 00000000 00000000 00000400 01000000  05000000 07000000 03000000 3c000000 aabbcc";
const BODY_BIG = "0002 0004 00000000 00000000 00040000 00000001  00000005 00000007 00000003 0000003c aabbcc";

describe("decodePcap", () => {
  it.each([
    ["little-endian microseconds", `d4c3b2a1 ${BODY_LITTLE}`, 5_000_007_000n],
    ["little-endian nanoseconds", `4d3cb2a1 ${BODY_LITTLE}`, 5_000_000_007n],
    ["big-endian microseconds", `a1b2c3d4 ${BODY_BIG}`, 5_000_007_000n],
    ["big-endian nanoseconds", `a1b23c4d ${BODY_BIG}`, 5_000_000_007n],
  ])("reads %s", (_name, digits, timeNs) => {
    expect(decodePcap(hex(digits))).toEqual({
      interfaces: [{ name: null, description: null, linkType: 1, snapLength: 0x40000 }],
      packets: [
        { interface: 0, timeNs, bytes: hex("aabbcc"), originalLength: 60, comment: null, direction: null },
      ],
      truncated: false,
      problem: null,
    });
  });

  it("gives what comes before the place where the file is cut off, and says so", () => {
    const record = "05000000 07000000 03000000 3c000000 aabbcc";
    const bytes = hex(`d4c3b2a1 ${BODY_LITTLE} ${record}`);
    const capture = decodePcap(bytes.subarray(0, -1));
    expect(capture.packets.length).toBe(1);
    expect(capture).toMatchObject({ truncated: true, problem: "pcap packet at 43: need 19 bytes, have 18" });
  });

  it("throws where the magic is another or the header is cut off", () => {
    expect(() => decodePcap(hex("0a0d0d0a"))).toThrow(expect.objectContaining({ code: "UNKNOWN_FORMAT" }));
    expect(() => decodePcap(hex(""))).toThrow(expect.objectContaining({ code: "UNKNOWN_FORMAT" }));
    expect(() => decodePcap(hex("d4c3b2a1 0200"))).toThrow(expect.objectContaining({ code: "SHORT" }));
  });

  it("leaves the upper half of the link type, which tells of check sequences, out", () => {
    expect(
      decodePcap(hex("d4c3b2a1 0200 0400 00000000 00000000 00000400 01000014")).interfaces[0]?.linkType,
    ).toBe(1);
  });
});

describe("encodePcap", () => {
  it("writes nanoseconds, little endian (tcpdump reads it so)", () => {
    const packets = [{ timeNs: 5_000_000_007n, bytes: hex("aabbcc"), originalLength: 60 }];
    expect(toHex(encodePcap({ linkType: 1, packets }))).toBe(`4d3cb2a1${BODY_LITTLE}`.replaceAll(" ", ""));
  });
});
