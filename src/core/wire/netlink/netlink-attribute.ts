/**
 * Netlink attributes: type, length, value, padded to 4 bytes, one in the other where a value is itself a list of attributes.
 *
 * @module
 */

import { rtaAlign, rtaLength } from "../align.ts";
import { ByteReader, ByteWriter } from "../bytes.ts";

/**
 * One attribute; both flag bits of the type are taken out of it.
 *
 *     struct nlattr {              offset
 *       __u16 nla_len;             0   header included, padding not
 *       __u16 nla_type;            2   NLA_F_NESTED 0x8000, NLA_F_NET_BYTEORDER 0x4000
 *     };
 *
 * @kernel include/uapi/linux/netlink.h nlattr v6.18
 */
export interface NetlinkAttribute {
  /** 0 to 0x3fff. */
  type: number;
  payload: Uint8Array;
  /** NLA_F_NESTED. Older kernels leave it out although the payload is a list of attributes. */
  nested: boolean;
  /** NLA_F_NET_BYTEORDER. */
  networkOrder: boolean;
}

const NLA_F_NESTED = 0x8000;
const NLA_F_NET_BYTEORDER = 0x4000;
const NLA_TYPE_MASK = 0x3fff;

/** An attribute whose payload is a plain value. */
export function netlinkAttribute(type: number, payload: Uint8Array): NetlinkAttribute {
  return { type, payload, nested: false, networkOrder: false };
}

/** An attribute whose payload is `head`, a fixed structure if any, and a list of attributes. */
export function nestedNetlinkAttribute(
  type: number,
  children: readonly NetlinkAttribute[],
  head: Uint8Array = new Uint8Array(0),
): NetlinkAttribute {
  const payload = new ByteWriter().bytes(head).align(4).bytes(encodeNetlinkAttributes(children)).finish();
  return { type, payload, nested: true, networkOrder: false };
}

/**
 * Attributes as bytes, each padded to 4 bytes.
 *
 * @kernel include/uapi/linux/netlink.h nlattr v6.18
 */
export function encodeNetlinkAttributes(attributes: readonly NetlinkAttribute[]): Uint8Array {
  const writer = new ByteWriter();
  for (const { type, payload, nested, networkOrder } of attributes) {
    if (type > NLA_TYPE_MASK) throw new RangeError(`${type} does not fit the 14 bits of an attribute's type`);
    const flags = (nested ? NLA_F_NESTED : 0) | (networkOrder ? NLA_F_NET_BYTEORDER : 0);
    writer
      .u16(rtaLength(payload.length))
      .u16(type | flags)
      .bytes(payload)
      .align(4);
  }
  return writer.finish();
}

/**
 * The attributes in `bytes`, which lie `base` bytes from the start of the input. Payloads are views.
 *
 * @throws {DecodeError} where a header is cut off, or a length is below 4 bytes or passes the end.
 * @kernel include/uapi/linux/netlink.h nlattr v6.18
 */
export function decodeNetlinkAttributes(bytes: Uint8Array, base = 0): NetlinkAttribute[] {
  const attributes: NetlinkAttribute[] = [];
  for (let offset = 0; offset < bytes.length; ) {
    const reader = new ByteReader(bytes.subarray(offset), "nlattr", base + offset);
    const length = reader.u16();
    const type = reader.u16();
    if (length < rtaLength(0)) throw reader.badValue(`nla_len must be at least 4, is ${length}`);
    attributes.push({
      type: type & NLA_TYPE_MASK,
      payload: reader.bytes(length - rtaLength(0)),
      nested: (type & NLA_F_NESTED) !== 0,
      networkOrder: (type & NLA_F_NET_BYTEORDER) !== 0,
    });
    offset += rtaAlign(length);
  }
  return attributes;
}
