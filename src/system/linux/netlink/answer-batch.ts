/**
 * A sock_diag socket that takes many answers in one system call.
 *
 * @module
 */
import { checked, ERRNO } from "../ffi/check.ts";
import { type Closable, Descriptor } from "../ffi/descriptor.ts";
import { addressOf, errno, libc } from "../ffi/libc.ts";
import { AF } from "../socket/sockaddr.ts";

const SOCK_RAW_CLOEXEC = 3 | 0o2000000;
const NETLINK_SOCK_DIAG = 4;
const MSG_DONTWAIT = 0x40;
/** An answer with INET_DIAG_SKMEMINFO and all that is added unasked is below 300 bytes. */
const ANSWER_BYTES = 1_024;
/** sizeof(struct mmsghdr) and sizeof(struct iovec) with 64-bit pointers. */
const MMSGHDR_BYTES = 64;
const IOVEC_BYTES = 16;
/** Where `msg_len` stands in a mmsghdr. */
const MSG_LEN_OFFSET = 56;

/**
 * The socket, and the memory of its recvmmsg(): one header, one vector and one buffer for each answer.
 *
 * @kernel include/linux/socket.h mmsghdr v6.18
 */
export class AnswerBatch implements Closable {
  readonly #descriptor: Descriptor;
  readonly #most: number;
  readonly #headers: Buffer;
  readonly #vectors: Buffer;
  readonly #bytes: Buffer;

  /** `most` answers at a time. @throws {SyscallError} */
  constructor(most: number) {
    this.#most = most;
    this.#headers = Buffer.alloc(most * MMSGHDR_BYTES);
    this.#vectors = Buffer.alloc(most * IOVEC_BYTES);
    this.#bytes = Buffer.alloc(most * ANSWER_BYTES);
    const bytes = addressOf(this.#bytes);
    const vectors = addressOf(this.#vectors);
    for (let place = 0; place < most; place += 1) {
      const vector = place * IOVEC_BYTES;
      this.#vectors.writeBigUInt64LE(bytes + BigInt(place * ANSWER_BYTES), vector);
      this.#vectors.writeBigUInt64LE(BigInt(ANSWER_BYTES), vector + 8);
      const header = place * MMSGHDR_BYTES;
      this.#headers.writeBigUInt64LE(vectors + BigInt(vector), header + 16);
      this.#headers.writeBigUInt64LE(1n, header + 24);
    }
    const opened = libc.socket(AF.NETLINK, SOCK_RAW_CLOEXEC, NETLINK_SOCK_DIAG);
    this.#descriptor = Descriptor.checked("netlink socket", opened);
  }

  /** Sends one or more whole requests. @throws {SyscallError} */
  send(requests: Uint8Array): void {
    checked("netlink send", libc.send(this.#descriptor.number, requests, requests.length, 0));
  }

  /**
   * Shows each datagram that waits; the next call overwrites it. The kernel answers while it is asked, so what is not there by
   * then is lost: returns how often it said so (ENOBUFS).
   *
   * @throws {SyscallError}
   */
  receiveWaiting(visit: (datagram: Uint8Array) => void): number {
    for (let overruns = 0; ; ) {
      const fd = this.#descriptor.number;
      const count = libc.recvmmsg(fd, this.#headers, this.#most, MSG_DONTWAIT, null);
      if (count < 0 && errno() === ERRNO.EAGAIN) return overruns;
      if (count < 0 && errno() === ERRNO.ENOBUFS) overruns += 1;
      else if (count < 0) checked("netlink receive", count);
      for (let place = 0; place < count; place += 1) visit(this.#at(place));
      if (count >= 0 && count < this.#most) return overruns;
    }
  }

  close(): void {
    this.#descriptor.close();
  }

  #at(place: number): Uint8Array {
    const length = this.#headers.readUInt32LE(place * MMSGHDR_BYTES + MSG_LEN_OFFSET);
    return this.#bytes.subarray(place * ANSWER_BYTES, place * ANSWER_BYTES + length);
  }
}
