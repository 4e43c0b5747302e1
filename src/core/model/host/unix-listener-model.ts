/**
 * An AF_UNIX stream listener: one queue, no handshake, nothing dropped and nothing counted. connect() puts the connection
 * into the queue itself, or is told that there is no room. Its rules are the same in every era.
 *
 * @module
 */

import { limitOf } from "../rules/limit-of.ts";
import type { KernelRules } from "../rules/rules.ts";
import { Fifo } from "./fifo.ts";

/** What a connect() that does not wait is told. */
export type UnixConnectResult = 0 | "EAGAIN" | "ECONNREFUSED";

/** One listener; `T` is what stands for a connection. */
export class UnixListener<T> {
  readonly #rules: KernelRules;
  #queue = new Fifo<T>();
  #limit: number | null = null;

  constructor(rules: KernelRules) {
    this.#rules = rules;
  }

  /** `sk_max_ack_backlog`; 0 before listen() and after close(). */
  get limit(): number {
    return this.#limit ?? 0;
  }

  /** Connections that wait for accept(). */
  get length(): number {
    return this.#queue.length;
  }

  get isListening(): boolean {
    return this.#limit !== null;
  }

  /** listen(), also again: nobody who waits is lost. @kernel net/unix/af_unix.c unix_listen() v6.18 */
  listen(backlog: number, somaxconn: number): void {
    this.#limit = limitOf(this.#rules, backlog, somaxconn);
  }

  /** A connect() that does not wait. @kernel net/unix/af_unix.c unix_stream_connect() v6.18 */
  connect(connection: T): UnixConnectResult {
    if (!this.isListening) return "ECONNREFUSED";
    if (isUnixQueueFull(this)) return "EAGAIN";
    this.#queue.push(connection);
    return 0;
  }

  /** accept(): the connection that has waited longest, or null (EAGAIN). */
  accept(): T | null {
    return this.#queue.shift() ?? null;
  }

  /** close(): returns those who waited, who are cut off. @kernel net/unix/af_unix.c unix_release_sock() v6.18 */
  close(): T[] {
    const waiting = this.#queue.toArray();
    this.#queue = new Fifo();
    this.#limit = null;
    return waiting;
  }
}

/** One more than the limit fits. @kernel net/unix/af_unix.c unix_recvq_full() v6.18 */
export function isUnixQueueFull({
  length,
  limit,
}: {
  readonly length: number;
  readonly limit: number;
}): boolean {
  return length > limit;
}
