/**
 * A packet socket on one interface: every frame that arrives there with the kernel's own nanosecond time, and a way to
 * put frames out. Frames that this side sends are not seen again, unless that is asked for.
 *
 * @module
 */
import { checked, ERRNO } from "../ffi/check.ts";
import { Descriptor } from "../ffi/descriptor.ts";
import { addressOf, errno, libc } from "../ffi/libc.ts";
import { AF, encodeLinkSockaddr } from "./sockaddr.ts";
import { setIntegerOption } from "./tcp-socket.ts";

const ETH_P_ALL = 3;
const SOCK = { raw: 3, cooked: 2 } as const;
const SOCK_NONBLOCK_CLOEXEC = 0o4000 | 0o2000000;
const SOL_SOCKET = 1;
const SO_RCVBUF = 8;
const SO_ATTACH_FILTER = 26;
/** sizeof(struct sock_filter). */
const INSTRUCTION_BYTES = 8;
const SO_TIMESTAMPNS = 35;
const SOL_PACKET = 263;
const PACKET_STATISTICS = 6;
const PACKET_IGNORE_OUTGOING = 23;
const MSG_DONTWAIT = 0x40;
/** As much as an unprivileged socket gets; the kernel lowers it to net.core.rmem_max. */
const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;
const FRAME_BYTES = 65_550;

/** A frame and when it arrived, in nanoseconds of CLOCK_REALTIME. */
export interface ReceivedFrame {
  readonly bytes: Uint8Array;
  readonly realTimeNs: bigint;
}

/** What to receive. */
export interface PacketSocketOptions {
  /** `"raw"` (if left out): whole frames. `"cooked"`: from the network header on, whatever the link is; then it cannot send. */
  readonly kind?: keyof typeof SOCK;
  /** Also what this machine sends; false if left out. */
  readonly outgoing?: boolean;
  /** A classic BPF program (`wire/packet/packet-filter.ts`); everything passes if left out. */
  readonly filter?: Uint8Array;
}

/** One open packet socket. Open it inside the interface's namespace. */
export class PacketSocket {
  readonly #descriptor: Descriptor;
  readonly #frame: Buffer = Buffer.allocUnsafeSlow(FRAME_BYTES);
  readonly #control: Buffer = Buffer.allocUnsafeSlow(64);
  readonly #iovec: Buffer = Buffer.allocUnsafeSlow(16);
  readonly #header: Buffer = Buffer.alloc(56);

  /** @throws {SyscallError} EPERM without CAP_NET_RAW */
  constructor(interfaceIndex: number, { kind = "raw", outgoing = false, filter }: PacketSocketOptions = {}) {
    // Protocol 0 keeps the socket deaf until bind() names the interface, so no frame of another one slips in.
    const type = SOCK[kind] | SOCK_NONBLOCK_CLOEXEC;
    const opened = libc.socket(AF.PACKET, type, 0);
    this.#descriptor = Descriptor.checked("packet socket", opened, "needs CAP_NET_RAW");
    try {
      if (filter !== undefined) this.setFilter(filter);
      setIntegerOption(this.fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, outgoing ? 0 : 1);
      setIntegerOption(this.fd, SOL_SOCKET, SO_TIMESTAMPNS, 1);
      setIntegerOption(this.fd, SOL_SOCKET, SO_RCVBUF, RECEIVE_BUFFER_BYTES);
      const address = encodeLinkSockaddr(interfaceIndex, ETH_P_ALL);
      checked("bind packet socket", libc.bind(this.fd, address, address.length));
    } catch (error) {
      this.#descriptor.close();
      throw error;
    }
    this.#iovec.writeBigUInt64LE(addressOf(this.#frame), 0);
    this.#iovec.writeBigUInt64LE(BigInt(FRAME_BYTES), 8);
  }

  /** Its number, for whoever watches it. */
  get fd(): number {
    return this.#descriptor.number;
  }

  /**
   * Replaces the filter.
   *
   *     struct sock_fprog {                      offset
   *       unsigned short len;                    0    in instructions
   *       struct sock_filter *filter;            8
   *     };                                       16
   *
   * @throws {SyscallError} EINVAL for a program that the kernel does not take
   * @kernel net/core/filter.c sk_attach_filter() v6.18
   */
  setFilter(program: Uint8Array): void {
    const instructions = Buffer.allocUnsafeSlow(program.length);
    instructions.set(program);
    const header = Buffer.alloc(16);
    header.writeUInt16LE(program.length / INSTRUCTION_BYTES, 0);
    header.writeBigUInt64LE(addressOf(instructions), 8);
    checked("attach filter", libc.setsockopt(this.fd, SOL_SOCKET, SO_ATTACH_FILTER, header, header.length));
  }

  /** The next waiting frame, or null. The bytes are a copy. @throws {SyscallError} */
  receive(): ReceivedFrame | null {
    this.#resetHeader();
    const length = libc.recvmsg(this.fd, this.#header, MSG_DONTWAIT);
    if (length < 0 && errno() === ERRNO.EAGAIN) return null;
    checked("receive frame", length);
    return { bytes: new Uint8Array(this.#frame.subarray(0, length)), realTimeNs: this.#timestamp() };
  }

  /** Puts a frame out. @throws {SyscallError} EMSGSIZE when it is larger than the interface carries */
  send(frame: Uint8Array): void {
    checked(`send frame of ${frame.length} bytes`, libc.send(this.fd, frame, frame.length, 0));
  }

  /** Frames that the kernel could not queue for us since the last call: a recording with any is not whole. */
  lostFrames(): number {
    const statistics = Buffer.alloc(8);
    const length = Uint8Array.of(8, 0, 0, 0);
    checked("getsockopt", libc.getsockopt(this.fd, SOL_PACKET, PACKET_STATISTICS, statistics, length));
    return statistics.readUInt32LE(4);
  }

  /**
   * Closes it, in a thread of its own: the kernel waits until no CPU can be looking at the socket any more (an RCU grace
   * period, 10 to 40 ms), and the event loop of many runs must not wait with it.
   *
   * @kernel net/packet/af_packet.c packet_release() v6.18
   */
  close(): void {
    this.#descriptor.closeInBackground();
  }

  /** struct msghdr: name 0, namelen 8, iov 16, iovlen 24, control 32, controllen 40, flags 48. */
  #resetHeader(): void {
    this.#header.fill(0);
    this.#header.writeBigUInt64LE(addressOf(this.#iovec), 16);
    this.#header.writeBigUInt64LE(1n, 24);
    this.#header.writeBigUInt64LE(addressOf(this.#control), 32);
    this.#header.writeBigUInt64LE(BigInt(this.#control.length), 40);
  }

  /** struct cmsghdr: len 0, level 8, type 12, then struct timespec: seconds 16, nanoseconds 24. */
  #timestamp(): bigint {
    const isTimestamp =
      this.#header.readBigUInt64LE(40) >= 32n &&
      this.#control.readInt32LE(8) === SOL_SOCKET &&
      this.#control.readInt32LE(12) === SO_TIMESTAMPNS;
    if (!isTimestamp) throw new Error("the kernel gave a frame without its time");
    return this.#control.readBigInt64LE(16) * 1_000_000_000n + this.#control.readBigInt64LE(24);
  }
}
