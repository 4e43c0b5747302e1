import { describe, expect, it } from "vitest";
import { encodeTcpFrame } from "../../../../../src/core/wire/packet/encode-frame.ts";
import { decodeFrame } from "../../../../../src/core/wire/packet/frame.ts";
import { LINK_TYPE } from "../../../../../src/core/wire/packet/link-type.ts";
import { NO_TCP_OPTIONS } from "../../../../../src/core/wire/packet/tcp-options.ts";
import { DATA, RESET, SYN, SYN_ACK, SYN_ACK_IPV6 } from "../frames.ts";
import { hex, toHex } from "../hex.ts";

const decode = (bytes: Uint8Array): unknown => decodeFrame(LINK_TYPE.ETHERNET, bytes);
const ip = (frame: Uint8Array): string => toHex(frame.subarray(14));

describe("decodeFrame", () => {
  it("reads a SYN as tcpdump prints it", () => {
    expect(decode(SYN)).toEqual({
      skipped: null,
      ipVersion: 4,
      from: "127.0.0.1:57140",
      to: "127.0.0.1:8080",
      flags: "S",
      seq: 948719920,
      ack: null,
      window: 65495,
      options: {
        ...NO_TCP_OPTIONS,
        mss: 65495,
        sackPermitted: true,
        timestamps: { value: 4076887410, echo: 0 },
        windowScale: 10,
      },
      payloadLength: 0,
      payload: hex(""),
    });
  });

  it("reads the other segments of a connection", () => {
    expect(decode(SYN_ACK)).toMatchObject({ flags: "S.", seq: 3349742460, ack: 948719921, window: 65483 });
    expect(decode(DATA)).toMatchObject({ flags: "P.", payloadLength: 5, payload: hex("474554202f") });
    expect(decode(RESET)).toMatchObject({ from: "127.0.0.1:9", flags: "R.", seq: 0, ack: 381137386 });
    expect(decode(SYN_ACK_IPV6)).toMatchObject({
      ipVersion: 6,
      from: "[::1]:8080",
      to: "[::1]:51724",
      flags: "S.",
    });
  });

  it("does not take Ethernet's padding for payload", () => {
    const padded = Uint8Array.of(...RESET, 0, 0, 0, 0, 0, 0);
    expect(decode(padded)).toMatchObject({ payloadLength: 0, payload: hex("") });
  });

  it("tells the payload's length on the wire where the capture kept less", () => {
    expect(decode(DATA.subarray(0, 68))).toMatchObject({ payloadLength: 5, payload: hex("4745") });
    expect(decode(SYN.subarray(0, 56))).toMatchObject({ payloadLength: 0, flags: "S" });
  });

  it("takes the payload's length from the frame's where segmentation offload left none in the IP header", () => {
    const frame = DATA.slice();
    frame.set([0, 0], 16);
    expect(decodeFrame(LINK_TYPE.ETHERNET, frame.subarray(0, 68), 1071)).toMatchObject({
      payloadLength: 1005,
    });
    expect(decode(frame)).toMatchObject({ payloadLength: 5 });
  });

  it.each([
    ["raw IP", LINK_TYPE.RAW, ip(SYN)],
    ["raw IPv4", LINK_TYPE.IPV4, ip(SYN)],
    ["BSD loopback, little endian", LINK_TYPE.NULL, `02000000${ip(SYN)}`],
    ["BSD loopback, big endian", LINK_TYPE.NULL, `00000002${ip(SYN)}`],
    ["OpenBSD loopback", LINK_TYPE.LOOP, `00000002${ip(SYN)}`],
    ["Linux's any device", LINK_TYPE.LINUX_SLL, `0000 0304 0006 000000000000 0000 0800 ${ip(SYN)}`],
    [
      "Linux's any device, second form",
      LINK_TYPE.LINUX_SLL2,
      `0800 0000 00000001 0304 00 06 000000000000 0000 ${ip(SYN)}`,
    ],
    ["a VLAN", LINK_TYPE.ETHERNET, `${"00".repeat(12)} 8100 0064 0800 ${ip(SYN)}`],
  ])("finds the packet in %s", (_name, linkType, digits) => {
    expect(decodeFrame(linkType, hex(digits))).toMatchObject({ from: "127.0.0.1:57140", flags: "S" });
  });

  it.each([
    ["an unknown link type", 147, toHex(SYN), "unknown link type"],
    ["ARP", 1, `${"00".repeat(12)} 0806 0001`, "not IP"],
    ["UDP", 1, toHex(SYN).replace("4006dd1d", "4011dd1d"), "not TCP"],
    ["a later fragment", 1, toHex(SYN).replace("5f9c4000", "5f9c2001"), "fragment"],
    ["a frame that ends in the TCP header", 1, toHex(SYN.subarray(0, 53)), "cut off"],
    ["a frame that ends in the Ethernet header", 1, "0000", "cut off"],
    ["a wrong version of IP", 1, toHex(SYN).replace("08004500", "08007500"), "malformed"],
    ["a TCP header longer than its packet", 1, toHex(RESET).replace("5014000061", "a014000061"), "malformed"],
  ])("passes over %s, with the reason", (_name, linkType, digits, reason) => {
    expect(decodeFrame(linkType, hex(digits))).toEqual({ skipped: reason });
  });
});

describe("encodeTcpFrame", () => {
  it("builds an IPv4 frame whose checksums tcpdump and tshark call correct", () => {
    const timestamps = { value: 1, echo: 0 };
    const options = { ...NO_TCP_OPTIONS, mss: 1460, sackPermitted: true, timestamps, windowScale: 7 };
    const syn = {
      from: "10.0.0.1:40000",
      to: "10.0.0.2:80",
      flags: "S",
      seq: 1000,
      ack: null,
      window: 64240,
      options,
    };
    expect(toHex(encodeTcpFrame(syn))).toBe(
      "02000000000202000000000108004500003c00004000400626ba0a0000010a0000029c400050000003e800000000a002faf098930000020405b40402080a000000010000000001030307",
    );
  });

  it("builds an IPv6 frame whose checksum tcpdump and tshark call correct", () => {
    const reset = { from: "[fd00::2]:80", to: "[fd00::1]:40001", flags: "R", seq: 0, ack: null, window: 0 };
    expect(toHex(encodeTcpFrame(reset))).toBe(
      "02000000000202000000000186dd6000000000140640fd000000000000000000000000000002fd00000000000000000000000000000100509c41000000000000000050040000194b0000",
    );
  });

  it("builds the reset that Linux sent, byte for byte", () => {
    const none = "00:00:00:00:00:00";
    const frame = encodeTcpFrame({
      from: "127.0.0.1:9",
      to: "127.0.0.1:34834",
      flags: "R.",
      seq: 0,
      ack: 381137386,
      window: 0,
      fromMac: none,
      toMac: none,
    });
    expect(toHex(frame)).toBe(toHex(RESET));
  });

  it("refuses two ends of different IP versions", () => {
    const spec = { from: "1.2.3.4:1", to: "[::1]:2", flags: "S", seq: 0, ack: null, window: 0 };
    expect(() => encodeTcpFrame(spec)).toThrow("are not of one IP version");
  });
});
