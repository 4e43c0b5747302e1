/**
 * Questions to the kernel about AF_UNIX sockets (sock_diag, unix_diag) and its answers. A name comes as bytes, because
 * whoever binds a socket chooses them freely; `name-text.ts` makes a text of it.
 *
 * @module
 */
import { ByteReader, ByteWriter } from "../bytes.ts";
import { SOCK_DIAG_BY_FAMILY } from "./inet-diag-constants.ts";
import { encodeNetlinkMessage, NLM_F } from "./netlink.ts";
import {
  decodeNetlinkAttributes,
  encodeNetlinkAttributes,
  type NetlinkAttribute,
  netlinkAttribute,
} from "./netlink-attribute.ts";
import { type TcpState, tcpStateMask, tcpStateName } from "./tcp-state.ts";

/** AF_UNIX. */
const FAMILY = 1;

/**
 * What the answers shall hold, as bits.
 *
 * @kernel include/uapi/linux/unix_diag.h UDIAG_SHOW_NAME v6.18
 */
const SHOW = { NAME: 0x01, ICONS: 0x08, RQLEN: 0x10, UID: 0x40 } as const;

/** @kernel include/uapi/linux/unix_diag.h UNIX_DIAG_NAME v6.18 */
const UNIX_DIAG = { NAME: 0, ICONS: 3, RQLEN: 4, UID: 7 } as const;

/** One AF_UNIX socket. What the kernel did not tell is null. */
export interface UnixDiagSocket {
  /** 1 is stream, 2 datagram, 5 seqpacket; unchecked. Only stream and seqpacket sockets listen. */
  type: number;
  /** AF_UNIX borrows TCP's names of states. */
  state: TcpState;
  inode: number;
  cookie: bigint;
  /** The path; an abstract name begins with a NUL byte; null for a socket without a name. */
  name: Uint8Array | null;
  /** In LISTEN the connections that wait for accept(). */
  receiveQueue: number | null;
  /** In LISTEN the limit of that queue. */
  sendQueue: number | null;
  uid: number | null;
  /** In LISTEN the inodes of the sockets at the other end of those that wait; 0 for one that nobody holds any more. */
  pending: readonly number[];
}

/**
 * A question for all AF_UNIX sockets in some states, as a whole netlink message.
 *
 *     struct unix_diag_req {                   offset
 *       __u8  sdiag_family;                    0
 *       __u8  sdiag_protocol;                  1
 *       __u16 pad;                             2
 *       __u32 udiag_states;                    4
 *       __u32 udiag_ino;                       8
 *       __u32 udiag_show;                      12
 *       __u32 udiag_cookie[2];                 16
 *     };
 *
 * @kernel include/uapi/linux/unix_diag.h unix_diag_req v6.18
 */
export function encodeUnixDiagRequest(states: readonly TcpState[], sequence: number): Uint8Array {
  const payload = new ByteWriter()
    .u8(FAMILY)
    .zeros(3)
    .u32(tcpStateMask(states))
    .u32(0)
    .u32(SHOW.NAME | SHOW.ICONS | SHOW.RQLEN | SHOW.UID)
    .zeros(8)
    .finish();
  const flags = NLM_F.REQUEST | NLM_F.DUMP;
  return encodeNetlinkMessage({ type: SOCK_DIAG_BY_FAMILY, flags, sequence, portId: 0, payload });
}

/**
 * The payload of one answer. Attributes that we do not know are left out.
 *
 *     struct unix_diag_msg {                   offset
 *       __u8  udiag_family;                    0
 *       __u8  udiag_type;                      1
 *       __u8  udiag_state;                     2
 *       __u8  pad;                             3
 *       __u32 udiag_ino;                       4
 *       __u32 udiag_cookie[2];                 8   lower half first
 *     };                                       16  attributes
 *
 * @throws {DecodeError} if it is cut off, the family or the state is unknown, or an attribute is malformed.
 * @kernel include/uapi/linux/unix_diag.h unix_diag_msg v6.18
 */
export function decodeUnixDiagMessage(payload: Uint8Array): UnixDiagSocket {
  const reader = new ByteReader(payload, "unix_diag_msg");
  const family = reader.u8();
  if (family !== FAMILY) throw reader.badValue(`address family 1 expected, is ${family}`);
  const type = reader.u8();
  const state = tcpStateName(reader.u8());
  reader.skip(1);
  const fixed = { type, state, inode: reader.u32(), cookie: reader.u64() };
  const base = reader.offset;
  return { ...fixed, ...readExtras(decodeNetlinkAttributes(reader.rest(), base)) };
}

/** An answer as the kernel would give it, for tests and for fakes of the kernel. @kernel net/unix/diag.c sk_diag_fill() v6.18 */
export function encodeUnixDiagMessage(socket: UnixDiagSocket): Uint8Array {
  const attributes: NetlinkAttribute[] = [];
  if (socket.name !== null) attributes.push(netlinkAttribute(UNIX_DIAG.NAME, socket.name));
  if (socket.receiveQueue !== null && socket.sendQueue !== null) {
    const lengths = new ByteWriter().u32(socket.receiveQueue).u32(socket.sendQueue).finish();
    attributes.push(netlinkAttribute(UNIX_DIAG.RQLEN, lengths));
  }
  if (socket.pending.length > 0) {
    const inodes = socket.pending.reduce((writer, inode) => writer.u32(inode), new ByteWriter());
    attributes.push(netlinkAttribute(UNIX_DIAG.ICONS, inodes.finish()));
  }
  if (socket.uid !== null)
    attributes.push(netlinkAttribute(UNIX_DIAG.UID, new ByteWriter().u32(socket.uid).finish()));
  return new ByteWriter()
    .u8(FAMILY)
    .u8(socket.type)
    .u8(Math.log2(tcpStateMask([socket.state])))
    .zeros(1)
    .u32(socket.inode)
    .u64(socket.cookie)
    .bytes(encodeNetlinkAttributes(attributes))
    .finish();
}

type Extras = Pick<UnixDiagSocket, "name" | "receiveQueue" | "sendQueue" | "uid" | "pending">;

function readExtras(attributes: readonly NetlinkAttribute[]): Extras {
  const extras: Extras = { name: null, receiveQueue: null, sendQueue: null, uid: null, pending: [] };
  for (const { type, payload } of attributes) {
    const reader = new ByteReader(payload, `UNIX_DIAG attribute ${type}`);
    if (type === UNIX_DIAG.NAME) extras.name = payload.slice();
    else if (type === UNIX_DIAG.RQLEN) {
      extras.receiveQueue = reader.u32();
      extras.sendQueue = reader.u32();
    } else if (type === UNIX_DIAG.ICONS) {
      extras.pending = Array.from({ length: Math.floor(payload.length / 4) }, () => reader.u32());
    } else if (type === UNIX_DIAG.UID) extras.uid = reader.u32();
  }
  return extras;
}
