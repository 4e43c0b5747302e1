/**
 * Single questions about listeners whose names are known, many in one system call: 64 listeners cost two calls. A dump
 * (`sock-diag.ts`) is for finding them. A member of a SO_REUSEPORT group cannot be asked for by name: the kernel's lookup
 * picks one of the group.
 *
 * @module
 */

import { encodeInetDiagRequest } from "../../../core/wire/netlink/inet-diag.ts";
import { forEachInetDiagRow, type InetDiagRow } from "../../../core/wire/netlink/inet-diag-rows.ts";
import { checked, ERRNO } from "../ffi/check.ts";
import { addressOf, errno, libc } from "../ffi/libc.ts";
import { AF } from "../socket/sockaddr.ts";

const SOCK_RAW_CLOEXEC = 3 | 0o2000000;
const NETLINK_SOCK_DIAG = 4;
const MSG_DONTWAIT = 0x40;

/** Listeners in one question; their answers fit the receive buffer that the kernel gives by default. */
const MOST_AT_ONCE = 64;
/** An answer with INET_DIAG_SKMEMINFO and all that is added unasked is below 300 bytes. */
const ANSWER_BYTES = 1_024;
/** sizeof(struct mmsghdr) and sizeof(struct iovec) with 64-bit pointers. */
const MMSGHDR_BYTES = 64;
const IOVEC_BYTES = 16;
/** Where `msg_len` stands in a mmsghdr. */
const MSG_LEN_OFFSET = 56;

/** Names one listener. */
export interface ListenerName {
  readonly family: "ipv4" | "ipv6";
  readonly address: string;
  readonly port: number;
  readonly interfaceIndex: number;
  readonly cookie: bigint;
}

/** A netlink socket for such questions. It belongs to the namespace in which it was made. */
export class ListenerLookup {
  readonly #fd: number;
  readonly #answers = new AnswerBuffers();
  #requests: Uint8Array[] = [];
  /** Answers that the kernel could not deliver. */
  overruns = 0;

  /** @throws {SyscallError} */
  constructor() {
    this.#fd = checked("netlink socket", libc.socket(AF.NETLINK, SOCK_RAW_CLOEXEC, NETLINK_SOCK_DIAG));
  }

  /** Says who is asked for from now on. */
  setListeners(names: readonly ListenerName[]): void {
    this.#requests = [];
    for (let first = 0; first < names.length; first += MOST_AT_ONCE)
      this.#requests.push(encodeQuestions(names.slice(first, first + MOST_AT_ONCE), first));
  }

  /**
   * Asks for all of them. `row.sequence` is the place of a listener in the list; one that is gone gets no call back. The row
   * is overwritten by the next.
   *
   * @throws {SyscallError}
   */
  ask(visit: (row: InetDiagRow) => void): void {
    for (const request of this.#requests) {
      checked("netlink send", libc.send(this.#fd, request, request.length, 0));
      this.#receive(visit);
    }
  }

  close(): void {
    libc.close(this.#fd);
  }

  /** The kernel answers while it is asked, so what is not there now was lost. */
  #receive(visit: (row: InetDiagRow) => void): void {
    for (;;) {
      const count = libc.recvmmsg(this.#fd, this.#answers.headers, MOST_AT_ONCE, MSG_DONTWAIT, null);
      if (count < 0 && errno() === ERRNO.EAGAIN) return;
      if (count < 0 && errno() === ERRNO.ENOBUFS) this.overruns += 1;
      else if (count < 0) checked("netlink receive", count);
      for (let place = 0; place < count; place += 1) forEachInetDiagRow(this.#answers.at(place), visit);
      if (count >= 0 && count < MOST_AT_ONCE) return;
    }
  }
}

function encodeQuestions(names: readonly ListenerName[], firstSequence: number): Uint8Array {
  const messages = names.map(({ family, address, port, interfaceIndex, cookie }, place) =>
    encodeInetDiagRequest({
      family,
      states: [],
      extensions: ["skmeminfo"],
      id: { local: { address, port }, interfaceIndex, cookie },
      dump: false,
      sequence: firstSequence + place,
    }),
  );
  return Buffer.concat(messages);
}

/**
 * The memory of a recvmmsg(): one header, one vector and one buffer for each answer.
 *
 * @kernel include/linux/socket.h mmsghdr v6.18
 */
class AnswerBuffers {
  readonly headers: Buffer = Buffer.alloc(MOST_AT_ONCE * MMSGHDR_BYTES);
  readonly #vectors: Buffer = Buffer.alloc(MOST_AT_ONCE * IOVEC_BYTES);
  readonly #bytes: Buffer = Buffer.alloc(MOST_AT_ONCE * ANSWER_BYTES);

  constructor() {
    const bytes = addressOf(this.#bytes);
    const vectors = addressOf(this.#vectors);
    for (let place = 0; place < MOST_AT_ONCE; place += 1) {
      const vector = place * IOVEC_BYTES;
      this.#vectors.writeBigUInt64LE(bytes + BigInt(place * ANSWER_BYTES), vector);
      this.#vectors.writeBigUInt64LE(BigInt(ANSWER_BYTES), vector + 8);
      const header = place * MMSGHDR_BYTES;
      this.headers.writeBigUInt64LE(vectors + BigInt(vector), header + 16);
      this.headers.writeBigUInt64LE(1n, header + 24);
    }
  }

  /** The answer that the last call put at this place. */
  at(place: number): Uint8Array {
    const length = this.headers.readUInt32LE(place * MMSGHDR_BYTES + MSG_LEN_OFFSET);
    return this.#bytes.subarray(place * ANSWER_BYTES, place * ANSWER_BYTES + length);
  }
}
