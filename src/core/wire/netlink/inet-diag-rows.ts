/**
 * The fast way through a dump of TCP sockets: walks a datagram and shows each row in one reused object, allocating nothing
 * per row. Ten thousand listeners take a few milliseconds. It knows only what sampling needs; `inet-diag-message.ts` knows
 * the rest, and a property test holds that both agree.
 *
 * @module
 */

import { DecodeError } from "../../errors.ts";
import { nlmsgAlign, nlmsgHdrlen, rtaAlign } from "../align.ts";
import { formatIpAddress } from "../ip-address.ts";
import {
  ADDRESS_FAMILY,
  INET_DIAG,
  INET_DIAG_MSG_LENGTH,
  SKMEMINFO_MIN_LENGTH,
  SOCK_DIAG_BY_FAMILY,
} from "./inet-diag-constants.ts";
import { NLMSG } from "./netlink.ts";

/** One row, overwritten by the next: copy what must last. */
export interface InetDiagRow {
  /** The sequence number of the request that this answers. */
  sequence: number;
  /** 2 is IPv4, 10 is IPv6. */
  family: number;
  /** A number of `TCP_STATES`, unchecked. */
  state: number;
  localPort: number;
  /** Where the local address lies in the datagram; `inetDiagRowAddress` makes text of it. */
  localAddressOffset: number;
  /** 4 or 16 bytes. */
  addressLength: number;
  interfaceIndex: number;
  /** The cookie in two halves, because a bigint would be an allocation. */
  cookieLow: number;
  cookieHigh: number;
  /** In LISTEN the length of the accept queue. */
  receiveQueue: number;
  /** In LISTEN the limit of the accept queue. */
  sendQueue: number;
  inode: number;
  /** Of INET_DIAG_SKMEMINFO; null if it was not asked for or the kernel is older than 4.7. */
  drops: number | null;
}

/** How a datagram ended. */
export interface InetDiagWalk {
  /** The dump is over: NLMSG_DONE or NLMSG_ERROR was seen. */
  done: boolean;
  /** The errno that NLMSG_DONE or NLMSG_ERROR carried, positive; 0 if none. */
  errno: number;
}

/**
 * Calls `visit` for each row of one datagram, in order. A message of another type is passed over.
 *
 * @throws {DecodeError} where the slow decoder would for these fields; rows before that place have been visited.
 * @kernel include/uapi/linux/inet_diag.h inet_diag_msg v6.18
 */
export function forEachInetDiagRow(bytes: Uint8Array, visit: (row: InetDiagRow) => void): InetDiagWalk {
  const row = emptyRow();
  return forEachInetDiagAnswer(bytes, (view, start, end) => {
    readRow(view, start, end, row);
    visit(row);
  });
}

/**
 * Calls `visit` for each answer of one datagram, in order, with the place where its `inet_diag_msg` begins and where its attributes end:
 * for whoever decides by a few bytes which ones are worth decoding.
 *
 * @throws {DecodeError} for a message that cannot be; answers before that place have been visited.
 */
export function forEachInetDiagAnswer(
  bytes: Uint8Array,
  visit: (view: DataView, start: number, end: number) => void,
): InetDiagWalk {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let offset = 0; offset < bytes.length; ) {
    const end = offset + messageLength(view, offset);
    const type = view.getUint16(offset + 4, true);
    if (type === SOCK_DIAG_BY_FAMILY) {
      const start = offset + nlmsgHdrlen();
      if (end - start < INET_DIAG_MSG_LENGTH)
        throw short("inet_diag_msg", start, INET_DIAG_MSG_LENGTH, end - start);
      visit(view, start, end);
    } else if (type === NLMSG.DONE || type === NLMSG.ERROR) {
      return { done: true, errno: readErrno(view, offset + nlmsgHdrlen(), end, type) };
    }
    offset += nlmsgAlign(end - offset);
  }
  return { done: false, errno: 0 };
}

/** The local address of a row as text; `bytes` is the datagram in which the row lies. */
export function inetDiagRowAddress(bytes: Uint8Array, row: InetDiagRow): string {
  return formatIpAddress(bytes.subarray(row.localAddressOffset, row.localAddressOffset + row.addressLength));
}

/** The cookie of a row in one piece. */
export function inetDiagRowCookie(row: InetDiagRow): bigint {
  return (BigInt(row.cookieHigh) << 32n) | BigInt(row.cookieLow);
}

function emptyRow(): InetDiagRow {
  return {
    sequence: 0,
    family: 0,
    state: 0,
    localPort: 0,
    localAddressOffset: 0,
    addressLength: 0,
    interfaceIndex: 0,
    cookieLow: 0,
    cookieHigh: 0,
    receiveQueue: 0,
    sendQueue: 0,
    inode: 0,
    drops: null,
  };
}

function messageLength(view: DataView, offset: number): number {
  const have = view.byteLength - offset;
  if (have < nlmsgHdrlen()) throw short("nlmsghdr", offset, nlmsgHdrlen(), have);
  const length = view.getUint32(offset, true);
  if (length < nlmsgHdrlen()) {
    throw new DecodeError("BAD_VALUE", "nlmsghdr", offset, `nlmsg_len must be at least 16, is ${length}`);
  }
  if (length > have) throw short("nlmsghdr", offset, length, have);
  return length;
}

/** The offsets are those of the table in `inet-diag-message.ts`. */
function readRow(view: DataView, start: number, end: number, row: InetDiagRow): void {
  row.sequence = view.getUint32(start - nlmsgHdrlen() + 8, true);
  row.family = view.getUint8(start);
  row.addressLength = addressLength(row.family, start);
  row.state = view.getUint8(start + 1);
  row.localPort = view.getUint16(start + 4);
  row.localAddressOffset = start + 8;
  row.interfaceIndex = view.getUint32(start + 40, true);
  row.cookieLow = view.getUint32(start + 44, true);
  row.cookieHigh = view.getUint32(start + 48, true);
  row.receiveQueue = view.getUint32(start + 56, true);
  row.sendQueue = view.getUint32(start + 60, true);
  row.inode = view.getUint32(start + 68, true);
  row.drops = readDrops(view, start + INET_DIAG_MSG_LENGTH, end);
}

function addressLength(family: number, offset: number): number {
  if (family === ADDRESS_FAMILY.ipv4) return 4;
  if (family === ADDRESS_FAMILY.ipv6) return 16;
  throw new DecodeError(
    "BAD_VALUE",
    "inet_diag_msg",
    offset,
    `address family 2 or 10 expected, is ${family}`,
  );
}

/** The ninth number of the last INET_DIAG_SKMEMINFO among the attributes from `start` to `end`. */
function readDrops(view: DataView, start: number, end: number): number | null {
  let drops: number | null = null;
  for (let offset = start; offset < end; ) {
    if (end - offset < 4) throw short("nlattr", offset, 4, end - offset);
    const length = view.getUint16(offset, true);
    if (length < 4)
      throw new DecodeError("BAD_VALUE", "nlattr", offset, `nla_len must be at least 4, is ${length}`);
    if (length > end - offset) throw short("nlattr", offset, length, end - offset);
    // The two upper bits of the type are flags.
    if ((view.getUint16(offset + 2, true) & 0x3fff) === INET_DIAG.skmeminfo) {
      if (length - 4 < SKMEMINFO_MIN_LENGTH)
        throw short("skmeminfo", offset + 4, SKMEMINFO_MIN_LENGTH, length - 4);
      drops = length - 4 >= 36 ? view.getUint32(offset + 4 + 32, true) : null;
    }
    offset += rtaAlign(length);
  }
  return drops;
}

/** An NLMSG_DONE may come without a number, which means 0; an NLMSG_ERROR may not. */
function readErrno(view: DataView, start: number, end: number, type: number): number {
  if (type === NLMSG.DONE && start === end) return 0;
  if (end - start < 4) throw short("nlmsgerr", start, 4, end - start);
  const error = view.getInt32(start, true);
  if (error > 0)
    throw new DecodeError("BAD_VALUE", "nlmsgerr", start, `the error must not be positive, is ${error}`);
  return error === 0 ? 0 : -error;
}

function short(what: string, offset: number, need: number, have: number): DecodeError {
  return new DecodeError("SHORT", what, offset, `need ${need} bytes, have ${have}`);
}
