/**
 * The kernel's tables of TCP sockets, by sock_diag: dumps of one namespace, fast enough to be taken every few
 * milliseconds. What a row means is said in wire/inet-diag; which process holds a socket is in processes.ts.
 *
 * @module
 */
import { NotSupportedError, type SyscallError } from "../../../core/errors.ts";
import { encodeInetDiagRequest } from "../../../core/wire/netlink/inet-diag.ts";
// Not from wire/index.ts: that loads the whole room, and `listenq ls` waits for every file it loads.
import { type AddressFamily, SOCK_DIAG_BY_FAMILY } from "../../../core/wire/netlink/inet-diag-constants.ts";
import {
  decodeInetDiagMessage,
  type InetDiagSocket,
  isUntaken,
} from "../../../core/wire/netlink/inet-diag-message.ts";
import {
  forEachInetDiagAnswer,
  forEachInetDiagRow,
  type InetDiagRow,
} from "../../../core/wire/netlink/inet-diag-rows.ts";
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
import { ERRNO, syscallError } from "../ffi/check.ts";
import type { Closable } from "../ffi/descriptor.ts";
import { NETLINK, NetlinkSocket } from "./netlink-socket.ts";

/** Where the sequence number stands in a netlink header. */
const SEQUENCE_OFFSET = 8;

/** The modules of the kernel that answer for a table. */
const MODULES = {
  tcp: "inet_diag and tcp_diag",
  mptcp: "inet_diag and mptcp_diag",
  unix: "unix and unix_diag",
} as const;

/** A table that sock_diag can dump. */
export type DiagTable = keyof typeof MODULES;

/**
 * What an errno at the end of a dump means. A kernel without the module for a table says ENOENT; most load it by themselves
 * when they are asked for the first time, but not where there is no modprobe.
 *
 * @kernel net/core/sock_diag.c sock_diag_lock_handler() v6.18
 * @kernel net/ipv4/inet_diag.c inet_diag_lock_handler() v6.18
 */
export function dumpFailure(errno: number, table: DiagTable): NotSupportedError | SyscallError {
  if (errno !== ERRNO.ENOENT) return syscallError("sock_diag", errno);
  const reason = `the kernel has no ${table} table (sock_diag: ENOENT)`;
  return new NotSupportedError("listing listeners", reason, `load the kernel modules ${MODULES[table]}`);
}

/** What a dump shall contain. */
export interface DumpOptions {
  /** Drop counters and memory of each socket; true if left out. Without them a row is a third shorter. */
  readonly skmeminfo?: boolean;
  /** TCP if left out. An MPTCP listener is in both tables, with the same inode; only TCP's has its drops. */
  readonly protocol?: "tcp" | "mptcp";
  /** Also each socket's `tcp_info`; false if left out. */
  readonly info?: boolean;
  /** Only sockets whose local port is this; all if left out. */
  readonly localPort?: number;
  /** Only sockets whose remote port is this; all if left out. */
  readonly remotePort?: number;
  /** True: only sockets that no process holds, as those that wait for accept(). The others cost nothing then but the walk. */
  readonly onlyUntaken?: boolean;
}

/** What carries requests to the kernel and its answers back. */
export interface DiagSocket extends Closable {
  /** Sends one whole request. @throws {SyscallError} */
  send(request: Uint8Array): void;
  /** The next datagram; the next call may overwrite it. @throws {SyscallError} such as ENOBUFS */
  receive(): Uint8Array;
}

/** A sock_diag socket. It belongs to the namespace in which it was made, whichever thread uses it later. */
export class SockDiag implements Closable {
  readonly #socket: DiagSocket;
  readonly #requests = new Map<string, Uint8Array>();
  #sequence = 0;

  /** @throws {SyscallError} */
  constructor(socket: DiagSocket = new NetlinkSocket(NETLINK.SOCK_DIAG)) {
    this.#socket = socket;
  }

  /**
   * Calls back for each socket, with one row object that the next row overwrites and the bytes in which it lies
   * (`inetDiagRowAddress` wants them). A dump is no snapshot: sockets may come and go while it is taken. Each family is
   * one dump; an IPv6 dump has no IPv4 sockets, but IPv4 clients of a dual-stack listener as `::ffff:1.2.3.4`.
   *
   * @throws {NotSupportedError} where the kernel has no table of that protocol
   * @throws {SyscallError}
   */
  forEachRow(
    states: readonly TcpState[],
    families: readonly AddressFamily[],
    visit: (row: InetDiagRow, datagram: Uint8Array) => void,
    options: DumpOptions = {},
  ): void {
    for (const family of families) {
      this.#dump(this.#request(family, states, options), options.protocol ?? "tcp", (datagram) => {
        const walk = forEachInetDiagRow(datagram, (row) => visit(row, datagram));
        return walk.done ? walk.errno : null;
      });
    }
  }

  /**
   * Calls back for each socket with the place of its answer in the datagram, which the next datagram overwrites: `start` is where its
   * `inet_diag_msg` begins, `end` where its attributes end. Nothing is allocated for a socket.
   *
   * @throws {NotSupportedError} where the kernel has no table of that protocol
   * @throws {SyscallError}
   */
  forEachAnswer(
    states: readonly TcpState[],
    families: readonly AddressFamily[],
    visit: (datagram: DataView, start: number, end: number) => void,
    options: DumpOptions = {},
  ): void {
    for (const family of families) {
      this.#dump(this.#request(family, states, options), options.protocol ?? "tcp", (datagram) => {
        const walk = forEachInetDiagAnswer(datagram, visit);
        return walk.done ? walk.errno : null;
      });
    }
  }

  /** The sockets in these states, whole. @throws {NotSupportedError} where the kernel has no table of that protocol */
  sockets(
    states: readonly TcpState[],
    families: readonly AddressFamily[],
    options: DumpOptions = {},
  ): InetDiagSocket[] {
    const sockets: InetDiagSocket[] = [];
    const decode = decoderFor(options);
    for (const family of families) {
      this.#dump(this.#request(family, states, options), options.protocol ?? "tcp", (datagram) =>
        decodeAnswers(datagram, decode, sockets),
      );
    }
    return sockets;
  }

  /** The AF_UNIX sockets in these states. @throws {NotSupportedError} where the kernel has no unix_diag */
  unixSockets(states: readonly TcpState[]): UnixDiagSocket[] {
    const sockets: UnixDiagSocket[] = [];
    this.#sequence = (this.#sequence + 1) >>> 0;
    this.#dump(encodeUnixDiagRequest(states, this.#sequence), "unix", (datagram) =>
      decodeAnswers(datagram, decodeUnixDiagMessage, sockets),
    );
    // The kernel filters by the state a socket had before its lock was taken.
    return sockets.filter(({ state }) => states.includes(state));
  }

  close(): void {
    this.#socket.close();
  }

  /** Asks, and shows each datagram of the answer to `read` until it says with which errno the dump ended. */
  #dump(request: Uint8Array, table: DiagTable, read: (datagram: Uint8Array) => number | null): void {
    this.#socket.send(request);
    let datagram: Uint8Array | null = null;
    let errno: number | null = null;
    try {
      while (errno === null) {
        datagram = null;
        datagram = this.#socket.receive();
        errno = read(datagram);
      }
    } catch (error) {
      this.#drain(datagram);
      throw error;
    }
    if (errno !== 0) throw dumpFailure(errno, table);
  }

  /**
   * Reads the rest of a dump whose reader threw: it must not be taken for the answer to the next question. `last` is the
   * datagram that was being read; nothing follows the one that ends the dump.
   */
  #drain(last: Uint8Array | null): void {
    for (let datagram = last; datagram === null || !endsDump(datagram); ) datagram = this.#receiveAnyway();
  }

  /** What a full receive buffer (ENOBUFS) cost is lost, and the dump goes on. */
  #receiveAnyway(): Uint8Array {
    for (;;) {
      try {
        return this.#socket.receive();
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOBUFS") throw error;
      }
    }
  }

  /** A request is built once and sent again with a new sequence number. */
  #request(family: AddressFamily, states: readonly TcpState[], options: DumpOptions): Uint8Array {
    const { skmeminfo = true, protocol = "tcp", info = false, localPort = 0, remotePort = 0 } = options;
    const key = `${family} ${protocol} ${skmeminfo} ${info} ${localPort} ${remotePort} ${states.join()}`;
    this.#sequence = (this.#sequence + 1) >>> 0;
    let request = this.#requests.get(key);
    if (request === undefined) {
      const address = family === "ipv4" ? "0.0.0.0" : "::";
      request = encodeInetDiagRequest({
        family,
        protocol,
        states,
        extensions: [...(skmeminfo ? (["skmeminfo"] as const) : []), ...(info ? (["info"] as const) : [])],
        id: { local: { address, port: localPort }, remote: { address, port: remotePort } },
        dump: true,
        sequence: 0,
      });
      this.#requests.set(key, request);
    }
    new DataView(request.buffer, request.byteOffset).setUint32(SEQUENCE_OFFSET, this.#sequence, true);
    return request;
  }
}

/** Null for a socket that is not wanted, of which no more is decoded. */
function decoderFor({ onlyUntaken = false }: DumpOptions): (payload: Uint8Array) => InetDiagSocket | null {
  if (!onlyUntaken) return decodeInetDiagMessage;
  return (payload) => (isUntaken(payload) ? decodeInetDiagMessage(payload) : null);
}

function endsDump(datagram: Uint8Array): boolean {
  return decodeNetlinkMessages(datagram).some(({ type }) => type === NLMSG.DONE || type === NLMSG.ERROR);
}

/** Adds the answers of one datagram; the errno with which the dump ended, or null while more is to come. */
function decodeAnswers<T>(
  datagram: Uint8Array,
  decode: (payload: Uint8Array) => T | null,
  into: T[],
): number | null {
  for (const { type, flags, payload } of decodeNetlinkMessages(datagram)) {
    if (type === SOCK_DIAG_BY_FAMILY) {
      const decoded = decode(payload);
      if (decoded !== null) into.push(decoded);
    } else if (type === NLMSG.DONE) return decodeNetlinkDone(payload);
    else if (type === NLMSG.ERROR) return decodeNetlinkError(payload, flags).errno;
  }
  return null;
}
