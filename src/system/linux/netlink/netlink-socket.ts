/**
 * A netlink socket: one request, its answers. It stays bound to the namespace in which it was opened.
 * The bytes are wire/netlink's; this file only carries them.
 *
 * @module
 */
import {
  decodeNetlinkError,
  decodeNetlinkMessages,
  type NetlinkMessage,
  NLMSG,
} from "../../../core/wire/netlink/netlink.ts";
import { checked, syscallError } from "../ffi/check.ts";
import { Descriptor } from "../ffi/descriptor.ts";
import { libc } from "../ffi/libc.ts";
import { AF } from "../socket/sockaddr.ts";

const SOCK_RAW_CLOEXEC = 3 | 0o2000000;

/** Netlink families. */
export const NETLINK = { ROUTE: 0, SOCK_DIAG: 4 } as const;

/** The kernel fills at most 32 KiB of a dump at a time; a buffer of twice that never truncates. */
const RECEIVE_BYTES = 65_536;

/** One open netlink socket. */
export class NetlinkSocket {
  readonly #descriptor: Descriptor;
  readonly #buffer: Uint8Array = new Uint8Array(RECEIVE_BYTES);

  /** @throws {SyscallError} */
  constructor(family: number) {
    this.#descriptor = Descriptor.checked(
      "netlink socket",
      libc.socket(AF.NETLINK, SOCK_RAW_CLOEXEC, family),
    );
  }

  /** Sends one whole request. @throws {SyscallError} */
  send(request: Uint8Array): void {
    checked("netlink send", libc.send(this.#descriptor.number, request, request.length, 0));
  }

  /** The next datagram; a view of a buffer that the next call reuses. @throws {SyscallError} */
  receive(): Uint8Array {
    const received = libc.recv(this.#descriptor.number, this.#buffer, this.#buffer.length, 0);
    const length = checked("netlink receive", received);
    return this.#buffer.subarray(0, length);
  }

  /**
   * Sends a request that wants an acknowledgement and returns the messages that came before it.
   *
   * @throws {SyscallError} with the kernel's errno and its own words, if it gave any
   */
  request(operation: string, request: Uint8Array, hint: string | null = null): NetlinkMessage[] {
    this.send(request);
    const answers: NetlinkMessage[] = [];
    for (;;) {
      for (const message of decodeNetlinkMessages(this.receive())) {
        if (message.type === NLMSG.DONE) return answers;
        if (message.type !== NLMSG.ERROR) answers.push({ ...message, payload: message.payload.slice() });
        else if (acknowledged(operation, message, hint)) return answers;
      }
    }
  }

  close(): void {
    this.#descriptor.close();
  }
}

function acknowledged(operation: string, message: NetlinkMessage, hint: string | null): true {
  const { errno } = decodeNetlinkError(message.payload, message.flags);
  if (errno !== 0) throw syscallError(operation, errno, hint);
  return true;
}
