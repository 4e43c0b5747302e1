/**
 * The kernel's drop monitor (NET_DM): a generic netlink message for each packet that the kernel threw away, with the packet's first
 * bytes and, on a kernel that says so, the reason. `dwdump` of dropwatch writes them into a capture of LINKTYPE_NETLINK. Pure.
 *
 * @module
 */

import { ByteReader, decodeCString } from "../bytes.ts";
import { decodeNetlinkMessages } from "./netlink.ts";
import { decodeNetlinkAttributes, type NetlinkAttribute } from "./netlink-attribute.ts";

/** A packet that was thrown away. */
export interface DropAlert {
  /** Such as `"TCP_LISTEN_OVERFLOW"`; null on a kernel that names none. */
  readonly reason: string | null;
  /** The EtherType of what is in the packet. */
  readonly protocol: number;
  /** From its link layer on, as far as it was kept; a view. */
  readonly payload: Uint8Array;
  /** In bytes, as the kernel had it. */
  readonly originalLength: number;
}

/** What stands before the messages: packet type, hardware type, 10 bytes unused, and the netlink family. */
const COOKED_HEADER = 16;
/** Of generic netlink: command, version, 2 bytes unused. @kernel include/uapi/linux/genetlink.h genlmsghdr v6.18 */
const GENERIC_HEADER = 4;
/** Numbers below are control messages; families get theirs when they are registered. @kernel include/uapi/linux/genetlink.h GENL_MIN_ID v6.18 */
const FIRST_FAMILY = 17;
/** @kernel include/uapi/linux/net_dropmon.h net_dm_attr v6.18 */
const PACKET_ALERT = 5;
const ATTRIBUTE = { protocol: 6, payload: 7, originalLength: 10, reason: 23 } as const;

/**
 * The alerts in a packet of LINKTYPE_NETLINK; none where it holds other messages, such as the list of families that `dwdump` writes first.
 *
 * @throws {DecodeError} where a length cannot be
 */
export function decodeDropAlerts(bytes: Uint8Array): DropAlert[] {
  return decodeNetlinkMessages(bytes.subarray(COOKED_HEADER)).flatMap(({ type, payload }) => {
    if (type < FIRST_FAMILY || payload[0] !== PACKET_ALERT) return [];
    const alert = alertOf(decodeNetlinkAttributes(payload.subarray(GENERIC_HEADER)));
    return alert === null ? [] : [alert];
  });
}

function alertOf(attributes: readonly NetlinkAttribute[]): DropAlert | null {
  const find = (wanted: number): Uint8Array | null =>
    attributes.find(({ type }) => type === wanted)?.payload ?? null;
  const [protocol, payload] = [find(ATTRIBUTE.protocol), find(ATTRIBUTE.payload)];
  if (protocol === null || payload === null) return null;
  const [reason, length] = [find(ATTRIBUTE.reason), find(ATTRIBUTE.originalLength)];
  return {
    reason: reason === null ? null : decodeCString(reason),
    protocol: new ByteReader(protocol, "NET_DM_ATTR_PROTO").u16(),
    payload,
    originalLength: length === null ? payload.length : new ByteReader(length, "NET_DM_ATTR_ORIG_LEN").u32(),
  };
}

/** Whether an alert's packet begins with Ethernet: the kernel does not say, but where it does its EtherType stands there. */
export function beginsWithEthernet({ protocol, payload }: DropAlert): boolean {
  return payload.length >= 14 && (((payload[12] ?? 0) << 8) | (payload[13] ?? 0)) === protocol;
}
