/**
 * The kernel's answer about one TCP socket (inet_diag), complete. For thousands of rows, every few milliseconds, see
 * `inet-diag-rows.ts`.
 *
 * @module
 */

import type { Endpoint } from "../address.ts";
import { ByteReader, ByteWriter } from "../bytes.ts";
import { formatIpAddress, parseIpAddress } from "../ip-address.ts";
import { ADDRESS_FAMILY, type AddressFamily, INET_DIAG } from "./inet-diag-constants.ts";
import {
  decodeNetlinkAttributes,
  encodeNetlinkAttributes,
  type NetlinkAttribute,
  netlinkAttribute,
} from "./netlink-attribute.ts";
import { TCP_STATES, type TcpState, tcpStateName } from "./tcp-state.ts";

/**
 * A socket's memory, in bytes, and its drops. The last two came later (`drops` with Linux 4.7): null on kernels without.
 *
 * @kernel net/core/sock.c sk_get_meminfo() v6.18
 */
export interface SkMeminfo {
  rmemAlloc: number;
  rcvbuf: number;
  wmemAlloc: number;
  sndbuf: number;
  fwdAlloc: number;
  wmemQueued: number;
  optmem: number;
  backlog: number | null;
  /** Packets, raw: what `ss -m` prints as `d`. */
  drops: number | null;
}

/** One TCP socket. What the kernel did not tell is null. */
export interface InetDiagSocket {
  family: AddressFamily;
  state: TcpState;
  /** Which timer runs: 0 none, 1 retransmission, 2 keepalive, 3 TIME_WAIT, 4 zero-window probe. */
  timer: number;
  /** Resends so far of what that timer resends. */
  retransmits: number;
  local: Endpoint;
  remote: Endpoint;
  /** The device that the socket is bound to, 0 for any. */
  interfaceIndex: number;
  /** Names the socket for as long as the machine is up. */
  cookie: bigint;
  /** Until the timer fires, in milliseconds. */
  expiresMs: number;
  /** In LISTEN the length of the accept queue, in connections; otherwise bytes not yet read. */
  receiveQueue: number;
  /** In LISTEN the limit of the accept queue, in connections; otherwise bytes not yet acknowledged. */
  sendQueue: number;
  uid: number;
  /** 0 if no process holds the socket. */
  inode: number;
  skmeminfo: SkMeminfo | null;
  /** Bit 0: receiving is shut down; bit 1: sending is. */
  shutdown: number | null;
  v6only: boolean | null;
  /** The protocol of a raw socket. */
  protocol: number | null;
  /** A copy of the `tcp_info` structure as it came; kernels differ in how much of it they know. */
  info: Uint8Array | null;
}

type Extras = Pick<InetDiagSocket, "skmeminfo" | "shutdown" | "v6only" | "protocol" | "info">;

/**
 * The payload of one answer. Attributes that we do not know are left out.
 *
 *     struct inet_diag_msg {                   offset
 *       __u8  idiag_family;                    0
 *       __u8  idiag_state;                     1
 *       __u8  idiag_timer;                     2
 *       __u8  idiag_retrans;                   3
 *       struct inet_diag_sockid {
 *         __be16 idiag_sport;                  4
 *         __be16 idiag_dport;                  6
 *         __be32 idiag_src[4];                 8   IPv4 uses the first 4 bytes
 *         __be32 idiag_dst[4];                 24
 *         __u32  idiag_if;                     40
 *         __u32  idiag_cookie[2];              44  lower half first
 *       } id;
 *       __u32 idiag_expires;                   52
 *       __u32 idiag_rqueue;                    56
 *       __u32 idiag_wqueue;                    60
 *       __u32 idiag_uid;                       64
 *       __u32 idiag_inode;                     68
 *     };                                       72  attributes
 *
 * @throws {DecodeError} if it is cut off, the family or the state is unknown, or an attribute is malformed.
 * @kernel include/uapi/linux/inet_diag.h inet_diag_msg v6.18
 */
export function decodeInetDiagMessage(payload: Uint8Array): InetDiagSocket {
  const reader = new ByteReader(payload, "inet_diag_msg");
  const family = readFamily(reader);
  const state = tcpStateName(reader.u8());
  const timer = reader.u8();
  const retransmits = reader.u8();
  const localPort = reader.u16be();
  const remotePort = reader.u16be();
  const local = { address: readAddress(reader, family), port: localPort };
  const remote = { address: readAddress(reader, family), port: remotePort };
  const fixed = {
    interfaceIndex: reader.u32(),
    cookie: reader.u64(),
    expiresMs: reader.u32(),
    receiveQueue: reader.u32(),
    sendQueue: reader.u32(),
    uid: reader.u32(),
    inode: reader.u32(),
  };
  const base = reader.offset;
  const extras = readExtras(decodeNetlinkAttributes(reader.rest(), base));
  return { family, state, timer, retransmits, local, remote, ...fixed, ...extras };
}

/** Offset of `idiag_inode`. */
const INODE = 68;

/** Whether an answer is about a socket that no process holds, without decoding the rest. */
export function isUntaken(payload: Uint8Array): boolean {
  return payload.length >= INODE + 4 && payload.subarray(INODE, INODE + 4).every((byte) => byte === 0);
}

/**
 * An answer as the kernel would give it, for tests and for fakes of the kernel.
 *
 * @throws {DecodeError} if an address is not one.
 * @kernel net/ipv4/inet_diag.c inet_sk_diag_fill() v6.18
 */
export function encodeInetDiagMessage(socket: InetDiagSocket): Uint8Array {
  const writer = new ByteWriter()
    .u8(ADDRESS_FAMILY[socket.family])
    .u8(TCP_STATES[socket.state])
    .u8(socket.timer)
    .u8(socket.retransmits)
    .u16be(socket.local.port)
    .u16be(socket.remote.port);
  for (const { address } of [socket.local, socket.remote]) {
    const bytes = parseIpAddress(address);
    writer.bytes(bytes).zeros(16 - bytes.length);
  }
  return writer
    .u32(socket.interfaceIndex)
    .u64(socket.cookie)
    .u32(socket.expiresMs)
    .u32(socket.receiveQueue)
    .u32(socket.sendQueue)
    .u32(socket.uid)
    .u32(socket.inode)
    .bytes(encodeNetlinkAttributes(extrasOf(socket)))
    .finish();
}

function readFamily(reader: ByteReader): AddressFamily {
  const family = reader.u8();
  if (family === ADDRESS_FAMILY.ipv4) return "ipv4";
  if (family === ADDRESS_FAMILY.ipv6) return "ipv6";
  throw reader.badValue(`address family 2 or 10 expected, is ${family}`);
}

function readAddress(reader: ByteReader, family: AddressFamily): string {
  const field = reader.bytes(16);
  return formatIpAddress(family === "ipv4" ? field.subarray(0, 4) : field);
}

function readExtras(attributes: readonly NetlinkAttribute[]): Extras {
  const extras: Extras = { skmeminfo: null, shutdown: null, v6only: null, protocol: null, info: null };
  for (const { type, payload } of attributes) {
    const reader = new ByteReader(payload, `INET_DIAG attribute ${type}`);
    if (type === INET_DIAG.skmeminfo) extras.skmeminfo = readSkMeminfo(reader);
    else if (type === INET_DIAG.shutdown) extras.shutdown = reader.u8();
    else if (type === INET_DIAG.skv6only) extras.v6only = reader.u8() !== 0;
    else if (type === INET_DIAG.protocol) extras.protocol = reader.u8();
    else if (type === INET_DIAG.info) extras.info = payload.slice();
  }
  return extras;
}

/** @kernel include/uapi/linux/sock_diag.h SK_MEMINFO_VARS v6.18 */
function readSkMeminfo(reader: ByteReader): SkMeminfo {
  return {
    rmemAlloc: reader.u32(),
    rcvbuf: reader.u32(),
    wmemAlloc: reader.u32(),
    sndbuf: reader.u32(),
    fwdAlloc: reader.u32(),
    wmemQueued: reader.u32(),
    optmem: reader.u32(),
    backlog: reader.remaining >= 4 ? reader.u32() : null,
    drops: reader.remaining >= 4 ? reader.u32() : null,
  };
}

function extrasOf(socket: InetDiagSocket): NetlinkAttribute[] {
  const attributes: NetlinkAttribute[] = [];
  const byte = (type: number, value: number | null): void => {
    if (value !== null) attributes.push(netlinkAttribute(type, Uint8Array.of(value)));
  };
  byte(INET_DIAG.shutdown, socket.shutdown);
  byte(INET_DIAG.skv6only, socket.v6only === null ? null : Number(socket.v6only));
  if (socket.skmeminfo !== null) {
    const writer = new ByteWriter();
    for (const value of skMeminfoInOrder(socket.skmeminfo)) writer.u32(value);
    attributes.push(netlinkAttribute(INET_DIAG.skmeminfo, writer.finish()));
  }
  byte(INET_DIAG.protocol, socket.protocol);
  if (socket.info !== null) attributes.push(netlinkAttribute(INET_DIAG.info, socket.info));
  return attributes;
}

/** The numbers in the kernel's order, ending before the first that is not known. */
function skMeminfoInOrder(m: SkMeminfo): number[] {
  const known = [m.rmemAlloc, m.rcvbuf, m.wmemAlloc, m.sndbuf, m.fwdAlloc, m.wmemQueued, m.optmem];
  if (m.backlog === null) return known;
  return m.drops === null ? [...known, m.backlog] : [...known, m.backlog, m.drops];
}
