/**
 * Questions to the kernel about AF_UNIX sockets (sock_diag, unix_diag), and the answers. Their accept queue is told as a
 * TCP listener's is; there is no SYN queue and no drop counter.
 *
 * @module
 */
import { ByteReader, ByteWriter } from "./bytes.ts";
import { SOCK_DIAG_BY_FAMILY } from "./inet-diag-constants.ts";
import { encodeNetlinkMessage, NLM_F } from "./netlink.ts";
import { decodeNetlinkAttributes, encodeNetlinkAttributes, netlinkAttribute } from "./netlink-attribute.ts";
import { TCP_STATES, type TcpState, tcpStateMask, tcpStateName } from "./tcp-state.ts";

const AF_UNIX = 1;
/** @kernel include/uapi/linux/unix_diag.h UDIAG_SHOW_NAME v6.18 */
const SHOW = { NAME: 0x01, PEER: 0x04, QUEUE: 0x10 } as const;
/** @kernel include/uapi/linux/unix_diag.h UNIX_DIAG_NAME v6.18 */
const ATTRIBUTE = { NAME: 0, PEER: 2, QUEUE: 4 } as const;

/** SOCK_STREAM and its like. */
const SOCKET_TYPES = { stream: 1, dgram: 2, seqpacket: 5 } as const;

/** The type of an AF_UNIX socket. */
export type UnixSocketType = keyof typeof SOCKET_TYPES;

/** One AF_UNIX socket. */
export interface UnixDiagSocket {
  readonly type: UnixSocketType;
  /** AF_UNIX uses three of TCP's: LISTEN, ESTABLISHED, CLOSE. */
  readonly state: TcpState;
  readonly inode: number;
  readonly cookie: bigint;
  /** A path as bytes; an abstract name begins with a zero byte; null for a socket without a name. */
  readonly name: Uint8Array | null;
  /** The inode of the other end; null when not connected, 0 for one that was not accepted yet. */
  readonly peer: number | null;
  /** Of a listener the length of its accept queue, else bytes to read; null if the kernel did not tell. */
  readonly receiveQueue: number | null;
  /** Of a listener its limit, else bytes sent and not yet read; null if the kernel did not tell. */
  readonly sendQueue: number | null;
}

/**
 * The question for all sockets in these states, as a whole netlink message.
 *
 *     struct unix_diag_req {       offset
 *       __u8  sdiag_family;        0
 *       __u8  sdiag_protocol;      1
 *       __u16 pad;                 2
 *       __u32 udiag_states;        4
 *       __u32 udiag_ino;           8
 *       __u32 udiag_show;          12
 *       __u32 udiag_cookie[2];     16
 *     };
 *
 * @kernel include/uapi/linux/unix_diag.h unix_diag_req v6.18
 */
export function encodeUnixDiagRequest(states: readonly TcpState[], sequence: number): Uint8Array {
  const payload = new ByteWriter()
    .u8(AF_UNIX)
    .u8(0)
    .u16(0)
    .u32(tcpStateMask(states))
    .u32(0)
    .u32(SHOW.NAME | SHOW.PEER | SHOW.QUEUE)
    .u64(0n)
    .finish();
  const flags = NLM_F.REQUEST | NLM_F.DUMP;
  return encodeNetlinkMessage({ type: SOCK_DIAG_BY_FAMILY, flags, sequence, portId: 0, payload });
}

/**
 * One answer's payload.
 *
 *     struct unix_diag_msg {       offset
 *       __u8  udiag_family;        0
 *       __u8  udiag_type;          1
 *       __u8  udiag_state;         2
 *       __u8  pad;                 3
 *       __u32 udiag_ino;           4
 *       __u32 udiag_cookie[2];     8
 *     };                           16, then attributes
 *
 * @throws {DecodeError} if it is cut off, or no AF_UNIX socket of a known type
 * @kernel include/uapi/linux/unix_diag.h unix_diag_msg v6.18
 */
export function decodeUnixDiagMessage(payload: Uint8Array): UnixDiagSocket {
  const reader = new ByteReader(payload, "unix_diag_msg");
  const family = reader.u8();
  if (family !== AF_UNIX) throw reader.badValue(`family must be ${AF_UNIX}, is ${family}`);
  const typeNumber = reader.u8();
  const type = (Object.keys(SOCKET_TYPES) as UnixSocketType[]).find(
    (name) => SOCKET_TYPES[name] === typeNumber,
  );
  if (type === undefined) throw reader.badValue(`socket type ${typeNumber} is unknown`);
  const state = tcpStateName(reader.u8());
  reader.skip(1);
  const [inode, cookie] = [reader.u32(), reader.u64()];
  const told = { name: null, peer: null, receiveQueue: null, sendQueue: null };
  return { type, state, inode, cookie, ...told, ...readAttributes(payload.subarray(16)) };
}

type Told = Partial<Pick<UnixDiagSocket, "name" | "peer" | "receiveQueue" | "sendQueue">>;

function readAttributes(bytes: Uint8Array): Told {
  let told: Told = {};
  for (const { type, payload } of decodeNetlinkAttributes(bytes, 16)) {
    const reader = new ByteReader(payload, "unix_diag attribute");
    if (type === ATTRIBUTE.NAME) told = { ...told, name: payload.slice() };
    else if (type === ATTRIBUTE.PEER) told = { ...told, peer: reader.u32() };
    else if (type === ATTRIBUTE.QUEUE)
      told = { ...told, receiveQueue: reader.u32(), sendQueue: reader.u32() };
  }
  return told;
}

/** An answer's payload: the opposite of `decodeUnixDiagMessage`, for tests and fakes. */
export function encodeUnixDiagMessage(socket: UnixDiagSocket): Uint8Array {
  const { name, peer, receiveQueue, sendQueue } = socket;
  const queue = receiveQueue === null || sendQueue === null ? null : { receiveQueue, sendQueue };
  const attributes = [
    ...(name === null ? [] : [netlinkAttribute(ATTRIBUTE.NAME, name)]),
    ...(peer === null ? [] : [netlinkAttribute(ATTRIBUTE.PEER, new ByteWriter().u32(peer).finish())]),
    ...(queue === null
      ? []
      : [
          netlinkAttribute(
            ATTRIBUTE.QUEUE,
            new ByteWriter().u32(queue.receiveQueue).u32(queue.sendQueue).finish(),
          ),
        ]),
  ];
  return new ByteWriter()
    .u8(AF_UNIX)
    .u8(SOCKET_TYPES[socket.type])
    .u8(TCP_STATES[socket.state])
    .u8(0)
    .u32(socket.inode)
    .u64(socket.cookie)
    .bytes(encodeNetlinkAttributes(attributes))
    .finish();
}
