import { describe, expect, it } from "vitest";
import { FrameParser } from "../../../../../../src/core/wire/packet/decode/frame-parser.ts";
import { LINK_TYPE } from "../../../../../../src/core/wire/packet/link-type.ts";
import { toldSegment } from "../../../../../support/read-segments.ts";
import { DATA, SYN, SYN_ACK_IPV6 } from "../../frames.ts";
import { hex, toHex } from "../../hex.ts";

const MACS = "0000000000000000 00000000";
const IPV4 = toHex(SYN.subarray(14));
const IPV6 = toHex(SYN_ACK_IPV6.subarray(14));
const [ETHERNET_V4, ETHERNET_V6] = [toHex(SYN), toHex(SYN_ACK_IPV6)];

const SEGMENT = {
  from: "127.0.0.1:57140",
  to: "127.0.0.1:8080",
  flags: "S",
  sequence: 948719920,
  acknowledgment: 0,
};
const SEGMENT_V6 = { from: "[::1]:8080", to: "[::1]:51724", flags: "S.", sequence: 1562526117 };

/** What becomes of a packet of these hex digits. */
function decode(linkType: number, digits: string, originalLength?: number): unknown {
  const parser = new FrameParser();
  const bytes = hex(digits);
  // Amid other bytes, so that a look beside the packet would be seen.
  const amid = new Uint8Array(bytes.length + 32).fill(0xff);
  amid.set(bytes, 16);
  const end = 16 + bytes.length;
  const length = originalLength ?? bytes.length;
  const reason = parser.parse(new DataView(amid.buffer), 16, end, length, linkType);
  return reason ?? toldSegment(parser.segment);
}

const length = (digits: string): number => hex(digits).length;
const u16 = (value: number): string => value.toString(16).padStart(4, "0");

/** An IPv4 header without options before a payload. */
function ipv4(protocol: number, payload: string, flagsAndOffset = 0): string {
  const head = `4500${u16(20 + length(payload))}0001${u16(flagsAndOffset)}40${protocol.toString(16).padStart(2, "0")}0000`;
  return `${head}0a0000010a000002${payload}`;
}

function ipv6(nextHeader: number, payload: string): string {
  const head = `60000000${u16(length(payload))}${nextHeader.toString(16).padStart(2, "0")}40`;
  return `${head}${"00".repeat(15)}01${"00".repeat(15)}02${payload}`;
}

const udp = (port: number, payload: string): string =>
  `1234${u16(port)}${u16(8 + length(payload))}0000${payload}`;
const VXLAN = "0800000000000100";

describe("FrameParser", () => {
  it.each<[string, number, string]>([
    ["Ethernet", LINK_TYPE.ETHERNET, `${MACS}0800${IPV4}`],
    ["a VLAN tag", LINK_TYPE.ETHERNET, `${MACS}8100000a0800${IPV4}`],
    ["QinQ", LINK_TYPE.ETHERNET, `${MACS}88a8000a8100000b0800${IPV4}`],
    ["three tags, the old way", LINK_TYPE.ETHERNET, `${MACS}9100000a8100000b8100000c0800${IPV4}`],
    ["802.3 with SNAP", LINK_TYPE.ETHERNET, `${MACS}0044aaaa030000000800${IPV4}`],
    ["padding of the link", LINK_TYPE.ETHERNET, `${MACS}0800${IPV4}00000000`],
    ["SLL", LINK_TYPE.LINUX_SLL, `0000030400060000000000000000 0800${IPV4}`],
    ["SLL with a VLAN tag", LINK_TYPE.LINUX_SLL, `0000000100060000000000000000 8100000a0800${IPV4}`],
    ["SLL2", LINK_TYPE.LINUX_SLL2, `0800 0000 00000001 0304 00 06 0000000000000000${IPV4}`],
    ["raw IP", LINK_TYPE.RAW, IPV4],
    ["raw IP of BSD", LINK_TYPE.RAW_BSD, IPV4],
    ["raw IP of OpenBSD", LINK_TYPE.RAW_OPENBSD, IPV4],
    ["IPv4", LINK_TYPE.IPV4, IPV4],
    ["NULL, little endian", LINK_TYPE.NULL, `02000000${IPV4}`],
    ["NULL, big endian", LINK_TYPE.NULL, `00000002${IPV4}`],
    ["LOOP", LINK_TYPE.LOOP, `00000002${IPV4}`],
    ["PPP", LINK_TYPE.PPP, `0021${IPV4}`],
    ["PPP with HDLC", LINK_TYPE.PPP, `ff030021${IPV4}`],
    ["PPP with a protocol of one byte", LINK_TYPE.PPP_HDLC, `ff0321${IPV4}`],
    ["Cisco HDLC", LINK_TYPE.PPP_HDLC, `0f000800${IPV4}`],
    ["PPPoE without Ethernet", LINK_TYPE.PPP_ETHER, `11000001003e0021${IPV4}`],
    ["PPPoE", LINK_TYPE.ETHERNET, `${MACS}886411000001003e0021${IPV4}`],
    ["MPLS, two labels", LINK_TYPE.ETHERNET, `${MACS}8847 00010040 00010140${IPV4}`],
    ["an Ethernet pseudowire", LINK_TYPE.ETHERNET, `${MACS}8847 00010140 00000000${ETHERNET_V4}`],
    ["GRE", LINK_TYPE.RAW, ipv4(47, `00000800${IPV4}`)],
    [
      "GRE with checksum, key and sequence",
      LINK_TYPE.RAW,
      ipv4(47, `b0000800000000000000000100000002${IPV4}`),
    ],
    ["Ethernet in GRE", LINK_TYPE.RAW, ipv4(47, `00006558${ETHERNET_V4}`)],
    ["MPLS in GRE", LINK_TYPE.RAW, ipv4(47, `0000884700010140${IPV4}`)],
    ["PPTP", LINK_TYPE.RAW, ipv4(47, `3081880b00400001000000010000000121${IPV4}`)],
    ["ERSPAN II", LINK_TYPE.RAW, ipv4(47, `100088be00000001 1000000000000000${ETHERNET_V4}`)],
    ["VXLAN", LINK_TYPE.RAW, ipv4(17, udp(4789, `${VXLAN}${ETHERNET_V4}`))],
    ["VXLAN on Linux's port", LINK_TYPE.RAW, ipv4(17, udp(8472, `${VXLAN}${ETHERNET_V4}`))],
    [
      "Geneve with options",
      LINK_TYPE.RAW,
      ipv4(17, udp(6081, `0240655800000100${"00".repeat(8)}${ETHERNET_V4}`)),
    ],
    ["IP in IP", LINK_TYPE.RAW, ipv4(4, IPV4)],
    ["IPv4 in IPv6", LINK_TYPE.RAW, ipv6(4, IPV4)],
    ["authentication", LINK_TYPE.RAW, ipv4(51, `040400000000000100000001000000000000000000000000${IPV4}`)],
    [
      "VXLAN in VXLAN",
      LINK_TYPE.RAW,
      ipv4(17, udp(4789, `${VXLAN}${MACS}0800${ipv4(17, udp(4789, `${VXLAN}${ETHERNET_V4}`))}`)),
    ],
  ])("reads IPv4 in %s", (_name, linkType, digits) => {
    const expected = { ...SEGMENT, hopLimit: 64, identification: 0x5f9c, payloadLength: 0, ipVersion: 4 };
    expect(decode(linkType, digits)).toMatchObject(expected);
  });

  it.each<[string, number, string]>([
    ["Ethernet", LINK_TYPE.ETHERNET, ETHERNET_V6],
    ["LOOP of FreeBSD", LINK_TYPE.LOOP, `0000001c${IPV6}`],
    ["IPv6", LINK_TYPE.IPV6, IPV6],
    ["PPP", LINK_TYPE.PPP, `0057${IPV6}`],
    ["6in4", LINK_TYPE.RAW, ipv4(41, IPV6)],
    ["GRE over IPv6", LINK_TYPE.RAW, ipv6(47, `000086dd${IPV6}`)],
  ])("reads IPv6 in %s", (_name, linkType, digits) => {
    expect(decode(linkType, digits)).toMatchObject({ ...SEGMENT_V6, ipVersion: 6, identification: -1 });
  });

  it("reads through extension headers of IPv6, and of fragments the first", () => {
    const tcp = toHex(DATA.subarray(34));
    const options = "2b00010400000000";
    const routing = "2c00000000000000";
    const fragment = (offset: number): string => `0600${u16(offset)}00000001`;
    const first = ipv6(0, options + routing + fragment(1) + tcp);
    expect(decode(LINK_TYPE.RAW, first)).toMatchObject({ to: "[::2]:8080", flags: "P.", payloadLength: 5 });
    expect(decode(LINK_TYPE.RAW, ipv6(0, options + routing + fragment(8) + tcp))).toBe("fragment");
  });

  it("reads the first fragment of IPv4 and passes over the others", () => {
    const tcp = toHex(DATA.subarray(34));
    expect(decode(LINK_TYPE.RAW, ipv4(6, tcp, 0x2000))).toMatchObject({ flags: "P.", payloadLength: 5 });
    expect(decode(LINK_TYPE.RAW, ipv4(6, tcp, 0x0001))).toBe("fragment");
  });

  it("takes the payload's length from the IP header, or from the capture where offload left 0", () => {
    const cut = toHex(DATA.subarray(0, DATA.length - 5));
    expect(decode(LINK_TYPE.ETHERNET, cut, DATA.length)).toMatchObject({ payloadLength: 5 });
    const offloaded = `${toHex(DATA.subarray(0, 16))}0000${toHex(DATA.subarray(18))}`;
    expect(decode(LINK_TYPE.ETHERNET, offloaded, 70_000)).toMatchObject({ payloadLength: 70_000 - 66 });
  });

  it("reads timestamps wherever they stand, and Fast Open", () => {
    expect(decode(LINK_TYPE.RAW, IPV4)).toMatchObject({
      timestampValue: 4076887410,
      timestampEcho: 0,
      hasFastOpen: false,
    });
    expect(decode(LINK_TYPE.ETHERNET, toHex(DATA))).toMatchObject({
      timestampValue: 4076887411,
      timestampEcho: 3567947241,
    });
    const head = toHex(SYN.subarray(34, 46));
    const withOptions = (options: string): string =>
      ipv4(6, `${head}${u16(((20 + length(options)) / 4) * 0x1000 + 2)}ffff00000000${options}`);
    expect(decode(LINK_TYPE.RAW, withOptions("2204aabb"))).toMatchObject({
      hasFastOpen: true,
      timestampValue: -1,
    });
    expect(decode(LINK_TYPE.RAW, withOptions("0800aabb"))).toMatchObject({
      hasFastOpen: false,
      timestampValue: -1,
    });
  });

  it("does without options that were not captured", () => {
    expect(decode(LINK_TYPE.RAW, toHex(SYN.subarray(14, 14 + 40)), 60)).toMatchObject({
      ...SEGMENT,
      timestampValue: -1,
      payloadLength: 0,
    });
  });

  it.each<[string, number, string]>([
    ["unknown link type", 9999, IPV4],
    ["not IP", LINK_TYPE.ETHERNET, `${MACS}0806${"00".repeat(28)}`],
    ["not IP", LINK_TYPE.ETHERNET, `${MACS}0026424203${"00".repeat(35)}`],
    ["not IP", LINK_TYPE.NULL, `05000000${IPV4}`],
    ["not IP", LINK_TYPE.PPP, `c021${IPV4}`],
    ["not IP", LINK_TYPE.ETHERNET, `${MACS}88641109000100040000`],
    ["not TCP", LINK_TYPE.RAW, ipv4(1, "00".repeat(8))],
    ["not TCP", LINK_TYPE.RAW, ipv4(17, udp(53, "00".repeat(20)))],
    ["not TCP", LINK_TYPE.RAW, ipv4(17, udp(4789, "00".repeat(20)))],
    ["cut off", LINK_TYPE.ETHERNET, MACS],
    ["cut off", LINK_TYPE.RAW, ""],
    ["cut off", LINK_TYPE.RAW, IPV4.slice(0, 2 * 39)],
    ["malformed", LINK_TYPE.RAW, `75${IPV4.slice(2)}`],
    ["malformed", LINK_TYPE.RAW, `44${IPV4.slice(2)}`],
    ["malformed", LINK_TYPE.RAW, IPV4.replace("a002", "4002")],
    ["malformed", LINK_TYPE.RAW, IPV4.replace("4500003c", "45000030")],
  ])("says: %s (%#)", (reason, linkType, digits) => {
    expect(decode(linkType, digits)).toBe(reason);
  });

  it("stops at tunnels in tunnels in tunnels", () => {
    const nested = (levels: number): string => (levels === 0 ? IPV4 : ipv4(4, nested(levels - 1)));
    expect(decode(LINK_TYPE.RAW, nested(8))).toMatchObject(SEGMENT);
    expect(decode(LINK_TYPE.RAW, nested(9))).toBe("nested too deeply");
    expect(decode(LINK_TYPE.RAW, nested(2000))).toBe("nested too deeply");
  });
});
