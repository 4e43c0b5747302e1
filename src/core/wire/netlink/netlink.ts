/**
 * Netlink's envelope: messages in a datagram, and the error and done messages that end an exchange. What a message says is
 * the business of `inet-diag.ts` and `rtnetlink.ts`; its attributes are in `netlink-attribute.ts`.
 *
 * @module
 */

import { DecodeError } from "../../errors.ts";
import { nlmsgAlign, nlmsgHdrlen, nlmsgLength, nlmsgSpace } from "../align.ts";
import { ByteReader, ByteWriter, decodeCString } from "../bytes.ts";
import { decodeNetlinkAttributes } from "./netlink-attribute.ts";

/**
 * The types of netlink's own messages.
 *
 * @kernel include/uapi/linux/netlink.h NLMSG_DONE v6.18
 */
export const NLMSG = { NOOP: 1, ERROR: 2, DONE: 3, OVERRUN: 4 } as const;

/**
 * Flags of a message. Some values mean one thing in a request to get, another in a request to make, a third in an ACK.
 *
 * @kernel include/uapi/linux/netlink.h NLM_F_REQUEST v6.18
 */
export const NLM_F = {
  REQUEST: 0x01,
  MULTI: 0x02,
  ACK: 0x04,
  ECHO: 0x08,
  DUMP_INTR: 0x10,
  DUMP_FILTERED: 0x20,
  /** ROOT and MATCH together, in a request to get. */
  DUMP: 0x300,
  /** In a request to make. */
  REPLACE: 0x100,
  EXCL: 0x200,
  CREATE: 0x400,
  APPEND: 0x800,
  /** In an ACK: the request was not sent back. */
  CAPPED: 0x100,
  /** In an ACK: attributes follow. */
  ACK_TLVS: 0x200,
} as const;

/**
 * One message.
 *
 *     struct nlmsghdr {            offset
 *       __u32 nlmsg_len;           0   header included
 *       __u16 nlmsg_type;          4
 *       __u16 nlmsg_flags;         6
 *       __u32 nlmsg_seq;           8
 *       __u32 nlmsg_pid;           12
 *     };
 *
 * @kernel include/uapi/linux/netlink.h nlmsghdr v6.18
 */
export interface NetlinkMessage {
  type: number;
  /** Of `NLM_F`. */
  flags: number;
  /** Chosen by who asks, repeated by who answers. */
  sequence: number;
  /** The netlink address of the sender; 0 is the kernel. */
  portId: number;
  payload: Uint8Array;
}

/** What an error message says. */
export interface NetlinkError {
  /** The errno, positive; 0 is an ACK. */
  errno: number;
  /** The kernel's sentence about it, or null. */
  message: string | null;
  /** Which byte of the request was at fault, from the start of its header, or null. */
  requestOffset: number | null;
}

const NLMSGERR_ATTR_MSG = 1;
const NLMSGERR_ATTR_OFFS = 2;

/**
 * A message as bytes, padded so that another may follow.
 *
 * @kernel include/uapi/linux/netlink.h nlmsghdr v6.18
 */
export function encodeNetlinkMessage(message: NetlinkMessage): Uint8Array {
  return new ByteWriter()
    .u32(nlmsgLength(message.payload.length))
    .u16(message.type)
    .u16(message.flags)
    .u32(message.sequence)
    .u32(message.portId)
    .bytes(message.payload)
    .zeros(nlmsgSpace(message.payload.length) - nlmsgLength(message.payload.length))
    .finish();
}

/**
 * The messages of one datagram. Payloads are views into `bytes`.
 *
 * @throws {DecodeError} where a header is cut off, or a length is below 16 bytes or passes the end.
 * @kernel include/uapi/linux/netlink.h NLMSG_OK v6.18
 */
export function decodeNetlinkMessages(bytes: Uint8Array): NetlinkMessage[] {
  const messages: NetlinkMessage[] = [];
  // The padding of the last message may be missing, so the loop ends at or past the end.
  for (let offset = 0; offset < bytes.length; ) {
    const reader = new ByteReader(bytes.subarray(offset), "nlmsghdr", offset);
    const length = reader.u32();
    if (length < nlmsgHdrlen()) throw reader.badValue(`nlmsg_len must be at least 16, is ${length}`);
    messages.push({
      type: reader.u16(),
      flags: reader.u16(),
      sequence: reader.u32(),
      portId: reader.u32(),
      payload: reader.bytes(length - nlmsgHdrlen()),
    });
    offset += nlmsgAlign(length);
  }
  return messages;
}

/**
 * The payload of an NLMSG_ERROR message; `flags` are those of the message that carried it.
 *
 *     struct nlmsgerr {            offset
 *       int error;                 0   negative errno
 *       struct nlmsghdr msg;       4   of the request
 *     };                           20  the request's payload, unless NLM_F_CAPPED; then attributes, if NLM_F_ACK_TLVS
 *
 * @throws {DecodeError} if it is cut off, the error is positive, or an attribute is malformed.
 * @kernel net/netlink/af_netlink.c netlink_ack() v6.18
 */
export function decodeNetlinkError(payload: Uint8Array, flags = 0): NetlinkError {
  const reader = new ByteReader(payload, "nlmsgerr");
  const errno = readErrno(reader);
  const requestLength = reader.u32();
  reader.skip(12);
  const error: NetlinkError = { errno, message: null, requestOffset: null };
  if ((flags & NLM_F.ACK_TLVS) === 0) return error;
  if ((flags & NLM_F.CAPPED) === 0) reader.skip(nlmsgAlign(requestLength) - nlmsgHdrlen());
  const base = reader.offset;
  for (const attribute of decodeNetlinkAttributes(reader.rest(), base)) {
    if (attribute.type === NLMSGERR_ATTR_MSG) error.message = decodeCString(attribute.payload);
    if (attribute.type === NLMSGERR_ATTR_OFFS) {
      error.requestOffset = new ByteReader(attribute.payload, "NLMSGERR_ATTR_OFFS", base).u32();
    }
  }
  return error;
}

/**
 * The errno with which a dump ended, positive, 0 if all went well: the payload of an NLMSG_DONE message. An empty payload
 * counts as 0.
 *
 * @throws {DecodeError} if it is cut off or positive.
 * @kernel net/netlink/af_netlink.c netlink_dump_done() v6.18
 */
export function decodeNetlinkDone(payload: Uint8Array): number {
  return payload.length === 0 ? 0 : readErrno(new ByteReader(payload, "nlmsg_done"));
}

function readErrno(reader: ByteReader): number {
  const error = reader.i32();
  if (error > 0)
    throw new DecodeError("BAD_VALUE", "nlmsgerr", 0, `the error must not be positive, is ${error}`);
  return error === 0 ? 0 : -error;
}
