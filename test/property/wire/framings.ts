/**
 * One TCP segment in every link type, tag, tunnel and fragment that the frame parser knows, by construction: what must come
 * out is known before anything is parsed.
 *
 * @module
 */
import fc from "fast-check";
import { encodeTcpFrame, type TcpFrameSpec } from "../../../src/core/wire/packet/encode-frame.ts";
import { LINK_TYPE } from "../../../src/core/wire/packet/link-type.ts";
import { tcpFrameSpec, u16 } from "./arbitraries.ts";

/** A frame, and what is known of it. */
export interface Framed {
  linkType: number;
  bytes: Uint8Array;
  /** The innermost segment. */
  spec: TcpFrameSpec;
  /** How many tunnels are around its IP packet. */
  tunnels: readonly string[];
  /** How the innermost packet was cut up. */
  fragment: "whole" | "first" | "later";
  /** The names of link and tags, for messages. */
  link: string;
}

type Wrap = (ip: Uint8Array) => Uint8Array;

const MACS = [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1];
const be16 = (value: number): number[] => [(value >> 8) & 255, value & 255];
const isIpv6 = (ip: Uint8Array): boolean => (ip[0] ?? 0) >> 4 === 6;
const etherTypeOf = (ip: Uint8Array): number[] => (isIpv6(ip) ? [0x86, 0xdd] : [0x08, 0x00]);
const pppOf = (ip: Uint8Array): number[] => (isIpv6(ip) ? [0x00, 0x57] : [0x00, 0x21]);
const before = (head: readonly number[], ip: Uint8Array): Uint8Array => Uint8Array.of(...head, ...ip);
const ethernet: Wrap = (ip) => before([...MACS, ...etherTypeOf(ip)], ip);

/** An IPv4 packet of the tunnel's ends around a payload; its checksum is left out, which no capture judges. */
function outer(protocol: number, payload: Uint8Array): Uint8Array {
  const head = [
    0x45,
    0,
    ...be16(20 + payload.length),
    0,
    1,
    0,
    0,
    64,
    protocol,
    0,
    0,
    10,
    9,
    0,
    1,
    10,
    9,
    0,
    2,
  ];
  return before(head, payload);
}

const udp = (port: number, payload: Uint8Array): Uint8Array =>
  outer(17, before([0x12, 0x34, ...be16(port), ...be16(8 + payload.length), 0, 0], payload));

const ZEROS = (count: number): number[] => new Array<number>(count).fill(0);
const SNAP = [0xaa, 0xaa, 3, 0, 0, 0];
/** A data frame to an access point, with what its flags announce. */
const wireless = (control: number, flags: number, extra: readonly number[]): number[] => [
  control,
  flags,
  ...ZEROS(22),
  ...extra,
  ...SNAP,
];

/** Tunnels by name. */
export const TUNNELS: Readonly<Record<string, Wrap>> = {
  "IP in IP": (ip) => outer(isIpv6(ip) ? 41 : 4, ip),
  GRE: (ip) => outer(47, before([0, 0, ...etherTypeOf(ip)], ip)),
  "GRE with a key": (ip) => outer(47, before([0x20, 0, ...etherTypeOf(ip), 0, 0, 0, 7], ip)),
  "Ethernet in GRE": (ip) => outer(47, before([0, 0, 0x65, 0x58], ethernet(ip))),
  "ERSPAN II": (ip) =>
    outer(47, before([0x10, 0, 0x88, 0xbe, 0, 0, 0, 1, 0x10, 0, 0, 0, 0, 0, 0, 0], ethernet(ip))),
  "ERSPAN III": (ip) =>
    outer(47, before([0x10, 0, 0x22, 0xeb, 0, 0, 0, 1, 0x20, ...ZEROS(9), 0, 0], ethernet(ip))),
  "ERSPAN III with a subheader": (ip) =>
    outer(47, before([0x10, 0, 0x22, 0xeb, 0, 0, 0, 1, 0x20, ...ZEROS(9), 0, 1, ...ZEROS(8)], ethernet(ip))),
  "ERSPAN III of IP": (ip) => outer(47, before([0, 0, 0x22, 0xeb, 0x20, ...ZEROS(9), 0x08, 0], ip)),
  "VXLAN-GPE": (ip) => udp(4790, before([0x0c, 0, 0, isIpv6(ip) ? 2 : 1, 0, 0, 1, 0], ip)),
  "GTP-U": (ip) => udp(2152, before([0x30, 0xff, ...be16(ip.length), 0, 0, 0, 1], ip)),
  "GTP-U with an extension": (ip) =>
    udp(2152, before([0x34, 0xff, ...be16(ip.length + 8), 0, 0, 0, 1, 0, 0, 0, 0x85, 1, 0, 9, 0], ip)),
  VXLAN: (ip) => udp(4789, before([8, 0, 0, 0, 0, 0, 1, 0], ethernet(ip))),
  Geneve: (ip) => udp(6081, before([0, 0, 0x65, 0x58, 0, 0, 1, 0], ethernet(ip))),
  authentication: (ip) =>
    outer(
      51,
      before([isIpv6(ip) ? 41 : 4, 4, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, ...new Array<number>(12).fill(0)], ip),
    ),
};

/** Link types by name, each with its number. */
export const LINKS: Readonly<Record<string, readonly [linkType: number, wrap: Wrap]>> = {
  Ethernet: [LINK_TYPE.ETHERNET, ethernet],
  "a VLAN tag": [LINK_TYPE.ETHERNET, (ip) => before([...MACS, 0x81, 0, 0, 100, ...etherTypeOf(ip)], ip)],
  "two VLAN tags": [
    LINK_TYPE.ETHERNET,
    (ip) => before([...MACS, 0x88, 0xa8, 0, 1, 0x81, 0, 0, 2, ...etherTypeOf(ip)], ip),
  ],
  "the old outer tag": [
    LINK_TYPE.ETHERNET,
    (ip) => before([...MACS, 0x91, 0, 0, 1, 0x81, 0, 0, 2, ...etherTypeOf(ip)], ip),
  ],
  SNAP: [
    LINK_TYPE.ETHERNET,
    (ip) => before([...MACS, ...be16(8 + ip.length), 0xaa, 0xaa, 3, 0, 0, 0, ...etherTypeOf(ip)], ip),
  ],
  MPLS: [LINK_TYPE.ETHERNET, (ip) => before([...MACS, 0x88, 0x47, 0, 1, 0, 64, 0, 1, 1, 64], ip)],
  PPPoE: [
    LINK_TYPE.ETHERNET,
    (ip) => before([...MACS, 0x88, 0x64, 0x11, 0, 0, 1, ...be16(ip.length + 2), ...pppOf(ip)], ip),
  ],
  "raw IP": [LINK_TYPE.RAW, (ip) => ip],
  "raw IP of BSD": [LINK_TYPE.RAW_BSD, (ip) => ip],
  "raw IP of OpenBSD": [LINK_TYPE.RAW_OPENBSD, (ip) => ip],
  "NULL, little endian": [LINK_TYPE.NULL, (ip) => before([isIpv6(ip) ? 30 : 2, 0, 0, 0], ip)],
  "NULL, big endian": [LINK_TYPE.NULL, (ip) => before([0, 0, 0, isIpv6(ip) ? 28 : 2], ip)],
  LOOP: [LINK_TYPE.LOOP, (ip) => before([0, 0, 0, isIpv6(ip) ? 24 : 2], ip)],
  SLL: [
    LINK_TYPE.LINUX_SLL,
    (ip) => before([0, 0, 3, 4, 0, 6, ...new Array<number>(8).fill(0), ...etherTypeOf(ip)], ip),
  ],
  SLL2: [
    LINK_TYPE.LINUX_SLL2,
    (ip) => before([...etherTypeOf(ip), 0, 0, 0, 0, 0, 1, 3, 4, 0, 6, ...new Array<number>(8).fill(0)], ip),
  ],
  PPP: [LINK_TYPE.PPP, (ip) => before(pppOf(ip), ip)],
  "PPP behind HDLC": [LINK_TYPE.PPP_HDLC, (ip) => before([0xff, 3, ...pppOf(ip)], ip)],
  "Cisco HDLC": [LINK_TYPE.C_HDLC, (ip) => before([0x0f, 0, ...etherTypeOf(ip)], ip)],
  FDDI: [LINK_TYPE.FDDI, (ip) => before([0x50, ...ZEROS(12), ...SNAP, ...etherTypeOf(ip)], ip)],
  NFLOG: [
    LINK_TYPE.NFLOG,
    (ip) => before([2, 0, 0, 1, 5, 0, 10, 0, 0x78, 0, 0, 0, ...be16(ip.length + 4).reverse(), 9, 0], ip),
  ],
  "NFLOG, big endian": [
    LINK_TYPE.NFLOG,
    (ip) => before([2, 0, 0, 1, 0, 5, 0, 10, 0x78, 0, 0, 0, ...be16(ip.length + 4), 0, 9], ip),
  ],
  "PKTAP of Ethernet": [
    LINK_TYPE.PKTAP,
    (ip) => before([108, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, ...ZEROS(96)], ethernet(ip)),
  ],
  "PKTAP of IP": [
    LINK_TYPE.PKTAP_OLD,
    (ip) => before([108, 0, 0, 0, 1, 0, 0, 0, 12, 0, 0, 0, ...ZEROS(96)], ip),
  ],
  PFLOG: [LINK_TYPE.PFLOG, (ip) => before([61, isIpv6(ip) ? 24 : 2, ...ZEROS(62)], ip)],
  ENC: [LINK_TYPE.ENC, (ip) => before([isIpv6(ip) ? 24 : 2, ...ZEROS(11)], ip)],
  "radiotap, plain": [
    LINK_TYPE.IEEE802_11_RADIO,
    (ip) => before([0, 0, 8, 0, ...ZEROS(4), ...wireless(0x08, 0x01, []), ...etherTypeOf(ip)], ip),
  ],
  "radiotap, QoS, padded": [
    LINK_TYPE.IEEE802_11_RADIO,
    (ip) => before([0, 0, 8, 0, ...ZEROS(4), ...wireless(0x88, 0x02, [0, 0, 0, 0]), ...etherTypeOf(ip)], ip),
  ],
  "wireless between access points, aggregated": [
    LINK_TYPE.IEEE802_11,
    (ip) => before([...wireless(0x88, 0x03, [...ZEROS(6), 0x80, 0, ...ZEROS(14)]), ...etherTypeOf(ip)], ip),
  ],
  "PPI of wireless": [
    LINK_TYPE.PPI,
    (ip) => before([0, 0, 8, 0, 105, 0, 0, 0, ...wireless(0x08, 0x02, []), ...etherTypeOf(ip)], ip),
  ],
  "a Broadcom switch's tag": [
    LINK_TYPE.DSA_TAG_BRCM,
    (ip) => before([...MACS, 0x20, 0, 0, 1, ...etherTypeOf(ip)], ip),
  ],
  "a Broadcom switch's tag before the frame": [
    LINK_TYPE.DSA_TAG_BRCM_PREPEND,
    (ip) => before([0x20, 0, 0, 1], ethernet(ip)),
  ],
  "a Marvell switch's tag": [
    LINK_TYPE.DSA_TAG_DSA,
    (ip) => before([...MACS, 0xc0, 0, 0, 1, ...etherTypeOf(ip)], ip),
  ],
  "a Marvell switch's tag with an EtherType": [
    LINK_TYPE.DSA_TAG_EDSA,
    (ip) => before([...MACS, 0xda, 0xda, 0, 0, 0xc0, 0, 0, 1, ...etherTypeOf(ip)], ip),
  ],
  "a backbone bridge's tag": [
    LINK_TYPE.ETHERNET,
    (ip) => before([...MACS, 0x88, 0xe7, 0, 0, 0, 9], ethernet(ip)),
  ],
  "PPPoE without Ethernet": [
    LINK_TYPE.PPP_ETHER,
    (ip) => before([0x11, 0, 0, 1, ...be16(ip.length + 2), ...pppOf(ip)], ip),
  ],
};

/** The IP packet of a spec, or its first or a later piece. */
function ipOf(spec: TcpFrameSpec, fragment: Framed["fragment"], id: number): Uint8Array {
  const ip = encodeTcpFrame(spec).slice(14);
  if (fragment === "whole") return ip;
  const field = be16(fragment === "first" ? (isIpv6(ip) ? 1 : 0x2000) : isIpv6(ip) ? 0x99 : 0x2013);
  if (!isIpv6(ip)) {
    ip.set(field, 6);
    return ip;
  }
  const length = ip.length - 40 + 8;
  return Uint8Array.of(
    ...ip.subarray(0, 4),
    ...be16(length),
    44,
    ...ip.subarray(7, 40),
    6,
    0,
    ...field,
    ...be16(0),
    ...be16(id),
    ...ip.subarray(40),
  );
}

/** Every framing of every segment. */
export const framed: fc.Arbitrary<Framed> = fc
  .record({
    spec: tcpFrameSpec,
    fragment: fc.constantFrom<Framed["fragment"]>("whole", "whole", "whole", "first", "later"),
    tunnels: fc.array(fc.constantFrom(...Object.keys(TUNNELS)), { maxLength: 2 }),
    link: fc.constantFrom(...Object.keys(LINKS)),
    id: u16,
  })
  .map(({ spec, fragment, tunnels, link, id }) => {
    const ip = tunnels.reduce((packet, name) => (TUNNELS[name] as Wrap)(packet), ipOf(spec, fragment, id));
    const [linkType, wrap] = LINKS[link] as readonly [number, Wrap];
    return { linkType, bytes: wrap(ip), spec, tunnels, fragment, link };
  });
