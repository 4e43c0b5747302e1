/**
 * The kernel's table of AF_UNIX sockets of one network namespace, by sock_diag.
 *
 * @module
 */
import {
  decodeNetlinkDone,
  decodeNetlinkError,
  decodeNetlinkMessages,
  NLMSG,
} from "../../../core/wire/netlink/netlink.ts";
import type { TcpState } from "../../../core/wire/netlink/tcp-state.ts";
import {
  decodeUnixDiagMessage,
  encodeUnixDiagRequest,
  type UnixDiagSocket,
} from "../../../core/wire/netlink/unix-diag.ts";
import { NETLINK, NetlinkSocket } from "./netlink-socket.ts";
import { dumpFailure } from "./sock-diag.ts";

/** A unix_diag socket. It belongs to the namespace in which it was made, whichever thread uses it later. */
export class UnixDiag {
  readonly #netlink = new NetlinkSocket(NETLINK.SOCK_DIAG);
  #sequence = 0;

  /** The sockets in these states. @throws {NotSupportedError} where the kernel has no unix_diag */
  sockets(states: readonly TcpState[]): UnixDiagSocket[] {
    this.#sequence = (this.#sequence + 1) >>> 0;
    this.#netlink.send(encodeUnixDiagRequest(states, this.#sequence));
    const sockets: UnixDiagSocket[] = [];
    for (;;) {
      const errno = readDatagram(this.#netlink.receive(), sockets);
      if (errno === 0) return sockets;
      if (errno !== null) throw dumpFailure(errno, "unix");
    }
  }

  close(): void {
    this.#netlink.close();
  }
}

/** Adds the sockets of one datagram; the errno with which the dump ended, or null while more is to come. */
function readDatagram(datagram: Uint8Array, into: UnixDiagSocket[]): number | null {
  for (const { type, flags, payload } of decodeNetlinkMessages(datagram)) {
    if (type === NLMSG.DONE) return decodeNetlinkDone(payload);
    if (type === NLMSG.ERROR) return decodeNetlinkError(payload, flags).errno;
    into.push(decodeUnixDiagMessage(payload));
  }
  return null;
}
