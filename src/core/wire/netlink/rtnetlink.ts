/**
 * Requests to the kernel's routing socket, as the lab needs them: make, find, raise and delete links, give them addresses
 * and permanent neighbours. Each is a whole netlink message that asks for an ACK. Routes are not here: the lab needs none.
 *
 * @module
 */

import { formatMacAddress, parseMacAddress } from "../address.ts";
import { ByteReader, ByteWriter, decodeCString, encodeCString, encodeText } from "../bytes.ts";
import { parseIpAddress } from "../ip-address.ts";
import { ADDRESS_FAMILY } from "./inet-diag-constants.ts";
import { encodeNetlinkMessage, NLM_F } from "./netlink.ts";
import {
  decodeNetlinkAttributes,
  encodeNetlinkAttributes,
  type NetlinkAttribute,
  nestedNetlinkAttribute,
  netlinkAttribute,
} from "./netlink-attribute.ts";

/**
 * Types of messages.
 *
 * @kernel include/uapi/linux/rtnetlink.h RTM_NEWLINK v6.18
 */
export const RTM = { NEWLINK: 16, DELLINK: 17, GETLINK: 18, NEWADDR: 20, NEWNEIGH: 28 } as const;

const IFLA = { ADDRESS: 1, IFNAME: 3, MTU: 4, OPERSTATE: 16, LINKINFO: 18, NET_NS_FD: 28 } as const;
const IFLA_INFO = { KIND: 1, DATA: 2 } as const;
const VETH_INFO_PEER = 1;
const IFA = { ADDRESS: 1, LOCAL: 2 } as const;
const IFA_F_NODAD = 0x02;
const NDA = { DST: 1, LLADDR: 2 } as const;
const NUD_PERMANENT = 0x80;
const IFF_UP = 1;
const NEW = NLM_F.CREATE | NLM_F.EXCL;

/** A pair of veth devices to be made. */
export interface VethCreate {
  /** The name of the near end, at most 15 bytes. */
  name: string;
  /** The hardware address of the near end, such as `02:00:00:00:00:01`. */
  address: string;
  /** The far end, and the namespace to make it in (an open descriptor), or null for the same one. */
  peer: { name: string; address: string; namespaceFd: number | null };
  /** Of both ends, in bytes; left out: the kernel's default, 1500. */
  mtu?: number;
  sequence: number;
}

/** A link, as far as we need to know it. */
export interface Link {
  index: number;
  name: string;
  /** Null for a device without a hardware address of 6 bytes. */
  mac: string | null;
  /** In bytes; null if the kernel did not say. */
  mtu: number | null;
  /** Whether it was raised, not whether it has a carrier. */
  up: boolean;
  /** Whether it carries frames (RFC 2863's `up`); false of loopback, whose state nobody sets. */
  operational: boolean;
}

/** @kernel include/uapi/linux/if.h IF_OPER_UP v6.18 */
const IF_OPER_UP = 6;

/**
 * Makes a veth pair. The far end is made in its namespace at once, because moving it there later takes 16 ms.
 *
 * @throws {DecodeError} if a hardware address is not one.
 * @kernel drivers/net/veth.c veth_newlink() v6.18
 */
export function encodeVethCreate(veth: VethCreate): Uint8Array {
  const { peer } = veth;
  const peerLink = linkAttributes(peer.name, peer.address, veth.mtu);
  if (peer.namespaceFd !== null) peerLink.push(netlinkAttribute(IFLA.NET_NS_FD, u32(peer.namespaceFd)));
  const peerInfo = nestedNetlinkAttribute(VETH_INFO_PEER, peerLink, ifinfomsg(0, 0));
  const linkInfo = nestedNetlinkAttribute(IFLA.LINKINFO, [
    netlinkAttribute(IFLA_INFO.KIND, encodeText("veth")),
    nestedNetlinkAttribute(IFLA_INFO.DATA, [peerInfo]),
  ]);
  const attributes = [...linkAttributes(veth.name, veth.address, veth.mtu), linkInfo];
  return request(RTM.NEWLINK, NEW, veth.sequence, ifinfomsg(0, 0), attributes);
}

/**
 * Raises a link.
 *
 * @kernel include/uapi/linux/rtnetlink.h ifinfomsg v6.18
 */
export function encodeLinkUp(link: { index: number; sequence: number }): Uint8Array {
  return request(RTM.NEWLINK, 0, link.sequence, ifinfomsg(link.index, IFF_UP), []);
}

/**
 * Asks for the link of that name or index; the answer, an RTM_NEWLINK message for `decodeLink`, comes before the ACK.
 *
 * @kernel net/core/rtnetlink.c rtnl_getlink() v6.18
 */
export function encodeLinkQuery({ link, sequence }: { link: string | number; sequence: number }): Uint8Array {
  if (typeof link === "number") return request(RTM.GETLINK, 0, sequence, ifinfomsg(link, 0), []);
  const name = netlinkAttribute(IFLA.IFNAME, encodeCString(link));
  return request(RTM.GETLINK, 0, sequence, ifinfomsg(0, 0), [name]);
}

/**
 * Deletes a link; of a veth pair both ends go.
 *
 * @kernel net/core/rtnetlink.c rtnl_dellink() v6.18
 */
export function encodeLinkDelete(link: { index: number; sequence: number }): Uint8Array {
  return request(RTM.DELLINK, 0, link.sequence, ifinfomsg(link.index, 0), []);
}

/**
 * Gives a link an address. `nodad` leaves out the search for duplicates, which holds an IPv6 address back for a second or
 * two; to IPv4 it means nothing.
 *
 *     struct ifaddrmsg {           offset
 *       __u8  ifa_family;          0
 *       __u8  ifa_prefixlen;       1
 *       __u8  ifa_flags;           2
 *       __u8  ifa_scope;           3
 *       __u32 ifa_index;           4
 *     };
 *
 * @throws {DecodeError} if the address is not one.
 * @kernel include/uapi/linux/if_addr.h ifaddrmsg v6.18
 */
export function encodeAddressAdd(add: {
  index: number;
  address: string;
  prefixLength: number;
  nodad: boolean;
  sequence: number;
}): Uint8Array {
  const address = parseIpAddress(add.address);
  const head = new ByteWriter()
    .u8(familyOf(address))
    .u8(add.prefixLength)
    .u8(add.nodad && address.length === 16 ? IFA_F_NODAD : 0)
    .u8(0)
    .u32(add.index)
    .finish();
  const attributes = [netlinkAttribute(IFA.LOCAL, address), netlinkAttribute(IFA.ADDRESS, address)];
  return request(RTM.NEWADDR, NEW, add.sequence, head, attributes);
}

/**
 * Tells a link the hardware address of a neighbour, for good: it will never ask by ARP or ND.
 *
 *     struct ndmsg {               offset
 *       __u8  ndm_family;          0
 *       __u8  ndm_pad1;            1
 *       __u16 ndm_pad2;            2
 *       __s32 ndm_ifindex;         4
 *       __u16 ndm_state;           8
 *       __u8  ndm_flags;           10
 *       __u8  ndm_type;            11
 *     };
 *
 * @throws {DecodeError} if an address is not one.
 * @kernel include/uapi/linux/neighbour.h ndmsg v6.18
 */
export function encodeNeighbourAdd(add: {
  index: number;
  address: string;
  mac: string;
  sequence: number;
}): Uint8Array {
  const address = parseIpAddress(add.address);
  const head = new ByteWriter().u8(familyOf(address)).zeros(3).u32(add.index).u16(NUD_PERMANENT).u8(0).u8(0);
  return request(RTM.NEWNEIGH, NEW, add.sequence, head.finish(), [
    netlinkAttribute(NDA.DST, address),
    netlinkAttribute(NDA.LLADDR, parseMacAddress(add.mac)),
  ]);
}

/**
 * The payload of an RTM_NEWLINK message.
 *
 * @throws {DecodeError} if it is cut off, an attribute is malformed, or the name is missing.
 * @kernel include/uapi/linux/rtnetlink.h ifinfomsg v6.18
 */
export function decodeLink(payload: Uint8Array): Link {
  const reader = new ByteReader(payload, "ifinfomsg");
  reader.skip(4);
  const index = reader.i32();
  const up = (reader.u32() & IFF_UP) !== 0;
  reader.skip(4);
  let name: string | null = null;
  let mac: string | null = null;
  let mtu: number | null = null;
  let operational = false;
  const base = reader.offset;
  for (const { type, payload: value } of decodeNetlinkAttributes(reader.rest(), base)) {
    if (type === IFLA.IFNAME) name = decodeCString(value);
    if (type === IFLA.ADDRESS) mac = value.length === 6 ? formatMacAddress(value) : null;
    if (type === IFLA.MTU) mtu = new ByteReader(value, "IFLA_MTU", base).u32();
    if (type === IFLA.OPERSTATE) operational = value[0] === IF_OPER_UP;
  }
  if (name === null) throw reader.badValue("IFLA_IFNAME expected, is missing");
  return { index, name, mac, mtu, up, operational };
}

function request(
  type: number,
  flags: number,
  sequence: number,
  head: Uint8Array,
  attributes: readonly NetlinkAttribute[],
): Uint8Array {
  const payload = new ByteWriter().bytes(head).bytes(encodeNetlinkAttributes(attributes)).finish();
  return encodeNetlinkMessage({
    type,
    flags: NLM_F.REQUEST | NLM_F.ACK | flags,
    sequence,
    portId: 0,
    payload,
  });
}

/**
 *     struct ifinfomsg {           offset
 *       unsigned char  ifi_family; 0
 *       unsigned char  __ifi_pad;  1
 *       unsigned short ifi_type;   2
 *       int            ifi_index;  4
 *       unsigned       ifi_flags;  8
 *       unsigned       ifi_change; 12  which bits of the flags are meant
 *     };
 */
function ifinfomsg(index: number, flags: number): Uint8Array {
  return new ByteWriter().zeros(4).u32(index).u32(flags).u32(flags).finish();
}

function linkAttributes(name: string, mac: string, mtu: number | undefined): NetlinkAttribute[] {
  const attributes = [
    netlinkAttribute(IFLA.IFNAME, encodeCString(name)),
    netlinkAttribute(IFLA.ADDRESS, parseMacAddress(mac)),
  ];
  if (mtu !== undefined) attributes.push(netlinkAttribute(IFLA.MTU, u32(mtu)));
  return attributes;
}

function familyOf(address: Uint8Array): number {
  return address.length === 4 ? ADDRESS_FAMILY.ipv4 : ADDRESS_FAMILY.ipv6;
}

function u32(value: number): Uint8Array {
  return new ByteWriter().u32(value).finish();
}
