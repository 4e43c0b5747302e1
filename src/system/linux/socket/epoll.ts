/**
 * Many sockets watched by one descriptor, in Node's own event loop: one call tells of hundreds, where a watch for each would
 * cost more than the sockets do. Edge-triggered: who is told must read or write until there is nothing more.
 *
 * @module
 */
import { checked } from "../ffi/check.ts";
import { Descriptor } from "../ffi/descriptor.ts";
import { libc, type StopWatching, watch } from "../ffi/libc.ts";

const EPOLL_CLOEXEC = 0o2000000;
const EPOLL_CTL_ADD = 1;
const EPOLLET = 2 ** 31;
/** What happened to a socket; several bits at once. @kernel include/uapi/linux/eventpoll.h epoll_event v6.18 */
export const EPOLL = { IN: 1, OUT: 4, ERR: 8, HUP: 0x10, RDHUP: 0x2000 } as const;

/** `struct epoll_event` is packed on x86-64 alone, for the sake of 32-bit programs. */
const EVENT_BYTES = process.arch === "x64" ? 12 : 16;
const DATA_OFFSET = EVENT_BYTES - 8;
const EVENTS_A_CALL = 512;

/** Told what happened to which watched socket, by the two numbers with which it was added. */
export type OnSocketEvent = (fd: number, tag: number, events: number) => void;

/** One epoll descriptor. */
export class SocketWatch {
  readonly #epoll: Descriptor;
  readonly #stop: StopWatching;
  readonly #onEvent: OnSocketEvent;
  readonly #events: Buffer = Buffer.alloc(EVENT_BYTES * EVENTS_A_CALL);
  #isTelling: boolean = false;
  readonly #one: Buffer = Buffer.alloc(EVENT_BYTES);

  /** @throws {SyscallError} */
  constructor(onEvent: OnSocketEvent) {
    this.#onEvent = onEvent;
    this.#epoll = Descriptor.checked("epoll_create1", libc.epoll_create1(EPOLL_CLOEXEC));
    try {
      this.#stop = watch(this.#epoll.number, "readable", () => this.poll());
    } catch (error) {
      this.#epoll.close();
      throw error;
    }
  }

  /**
   * Watches a socket until it is closed.
   *
   * @param tag an unsigned 32-bit number that tells this socket from an earlier one of the same descriptor
   * @throws {SyscallError}
   */
  add(fd: number, tag: number, events: number): void {
    const one = this.#one;
    one.writeUInt32LE(events + EPOLLET, 0);
    one.writeUInt32LE(fd, DATA_OFFSET);
    one.writeUInt32LE(tag, DATA_OFFSET + 4);
    checked("epoll_ctl", libc.epoll_ctl(this.#epoll.number, EPOLL_CTL_ADD, fd, one));
  }

  /** Tells what has happened so far, without waiting. Within a telling it does nothing: the events that are left to tell stay. */
  poll(): void {
    if (this.#isTelling) return;
    this.#isTelling = true;
    try {
      const count = libc.epoll_wait(this.#epoll.number, this.#events, EVENTS_A_CALL, 0);
      for (let offset = 0; offset < count * EVENT_BYTES; offset += EVENT_BYTES) {
        const fd = this.#events.readUInt32LE(offset + DATA_OFFSET);
        const tag = this.#events.readUInt32LE(offset + DATA_OFFSET + 4);
        this.#onEvent(fd, tag, this.#events.readUInt32LE(offset));
      }
    } finally {
      this.#isTelling = false;
    }
  }

  close(): void {
    this.#stop();
    this.#epoll.close();
  }
}
