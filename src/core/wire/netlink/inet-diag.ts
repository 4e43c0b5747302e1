/**
 * Questions to the kernel about TCP sockets (sock_diag, inet_diag). The answers are in `inet-diag-message.ts`, one at a time
 * and complete, and in `inet-diag-rows.ts`, many and fast.
 *
 * @module
 */

import type { Endpoint } from "../address.ts";
import { ByteWriter } from "../bytes.ts";
import { parseIpAddress } from "../ip-address.ts";
import {
  ADDRESS_FAMILY,
  type AddressFamily,
  INET_DIAG,
  type InetDiagExtension,
  SOCK_DIAG_BY_FAMILY,
} from "./inet-diag-constants.ts";
import { encodeNetlinkMessage, NLM_F } from "./netlink.ts";
import { encodeNetlinkAttributes, netlinkAttribute } from "./netlink-attribute.ts";
import { type TcpState, tcpStateMask } from "./tcp-state.ts";

/** Which socket is meant, as its own end sees it. What is left out is 0 or "any"; a listener's remote end is 0 too. */
export interface InetDiagId {
  local?: Endpoint;
  remote?: Endpoint;
  interfaceIndex?: number;
  /** The socket's cookie, to be sure that it is still the same one. */
  cookie?: bigint;
}

/** One question. */
export interface InetDiagRequest {
  family: AddressFamily;
  /** Left out: TCP. */
  protocol?: "tcp" | "mptcp";
  /** Only sockets in one of these states; without `dump` it is ignored. */
  states: readonly TcpState[];
  extensions: readonly InetDiagExtension[];
  /** With `dump` only its ports filter; without, it names the one socket. */
  id?: InetDiagId;
  /** All sockets that match, or the one that `id` names. */
  dump: boolean;
  sequence: number;
}

const IPPROTO = { tcp: 6, mptcp: 262 } as const;
const INET_DIAG_REQ_PROTOCOL = 3;
const INET_DIAG_NOCOOKIE = 0xffff_ffff_ffff_ffffn;

/**
 * A question as a whole netlink message.
 *
 *     struct inet_diag_req_v2 {                offset
 *       __u8  sdiag_family;                    0
 *       __u8  sdiag_protocol;                  1
 *       __u8  idiag_ext;                       2   bit n - 1 asks for attribute n
 *       __u8  pad;                             3
 *       __u32 idiag_states;                    4
 *       struct inet_diag_sockid id;            8   48 bytes
 *     };
 *
 * MPTCP's number does not fit `sdiag_protocol`: it goes into an attribute, and the field carries its lower 8 bits, which
 * are TCP's number: a kernel without MPTCP that overlooks the attribute answers with TCP sockets.
 *
 * @throws {DecodeError} if an address of the id is not one.
 * @kernel include/uapi/linux/inet_diag.h inet_diag_req_v2 v6.18
 */
export function encodeInetDiagRequest(request: InetDiagRequest): Uint8Array {
  const protocol = IPPROTO[request.protocol ?? "tcp"];
  const writer = new ByteWriter()
    .u8(ADDRESS_FAMILY[request.family])
    .u8(protocol & 0xff)
    .u8(request.extensions.reduce((mask, extension) => mask | (1 << (INET_DIAG[extension] - 1)), 0))
    .u8(0)
    .u32(tcpStateMask(request.states));
  writeSocketId(writer, request.id ?? {}, request.family);
  if (protocol > 0xff) {
    const value = new ByteWriter().u32(protocol).finish();
    writer.bytes(encodeNetlinkAttributes([netlinkAttribute(INET_DIAG_REQ_PROTOCOL, value)]));
  }
  return encodeNetlinkMessage({
    type: SOCK_DIAG_BY_FAMILY,
    flags: NLM_F.REQUEST | (request.dump ? NLM_F.DUMP : 0),
    sequence: request.sequence,
    portId: 0,
    payload: writer.finish(),
  });
}

/** @kernel include/uapi/linux/inet_diag.h inet_diag_sockid v6.18 */
function writeSocketId(writer: ByteWriter, id: InetDiagId, family: AddressFamily): void {
  writer.u16be(id.local?.port ?? 0).u16be(id.remote?.port ?? 0);
  for (const endpoint of [id.local, id.remote]) {
    const address = endpoint === undefined ? new Uint8Array(0) : parseIpAddress(endpoint.address);
    if (address.length === 16 && family === "ipv4")
      throw new RangeError(`${endpoint?.address} is not an IPv4 address`);
    writer.bytes(address).zeros(16 - address.length);
  }
  writer.u32(id.interfaceIndex ?? 0).u64(id.cookie ?? INET_DIAG_NOCOOKIE);
}
