/**
 * One end of an AF_UNIX connection. Nothing is on its way: what one end sends, the other has.
 *
 * @module
 */
import type { StreamSocket } from "../end/stream-socket.ts";

/** What an end works with. */
export interface UnixDependencies {
  /** Endpoints as text. */
  readonly local: string;
  readonly remote: string;
  /** Connects this end: 0, or an errno's name. */
  readonly dial: (end: UnixSocket) => number | string;
  /** The program may have something to read. */
  readonly onReady: () => void;
}

/** One end of a unix connection. */
export class UnixSocket implements StreamSocket {
  readonly isConnecting = false;
  /** Bytes that the program has not read. */
  unread = 0;
  isOpen = true;
  readonly #dependencies: UnixDependencies;
  #peer: UnixSocket | null = null;
  #error: string | null = null;

  constructor(dependencies: UnixDependencies) {
    this.#dependencies = dependencies;
  }

  get local(): string {
    return this.#dependencies.local;
  }

  get remote(): string {
    return this.#dependencies.remote;
  }

  /** Whether the other end is there. */
  get isConnected(): boolean {
    return this.isOpen && this.#peer?.isOpen === true;
  }

  get isReadable(): boolean {
    return this.unread > 0 || this.#error !== null || this.#peer?.isOpen === false;
  }

  /** Joins the two ends of a connection. */
  join(other: UnixSocket): void {
    this.#peer = other;
    other.#peer = this;
  }

  connect(): number | string {
    return this.#dependencies.dial(this);
  }

  takeError(): string | null {
    const error = this.#error;
    this.#error = null;
    return error;
  }

  /** What is sent before accept() waits with the connection. */
  send(bytes: number): number | string {
    const error = this.takeError();
    if (error !== null) return error;
    if (this.#peer?.isOpen !== true) return "EPIPE";
    this.#peer.unread += bytes;
    this.#peer.#dependencies.onReady();
    return bytes;
  }

  read(most: number): number | string | null {
    const bytes = Math.min(most, this.unread);
    this.unread -= bytes;
    if (bytes > 0) return bytes;
    return this.takeError() ?? (this.#peer?.isOpen === false ? 0 : null);
  }

  /** The other end sees the end of the stream, or a reset where something was not read. */
  close(): void {
    this.#release(this.unread > 0);
  }

  /** AF_UNIX has no reset of its own. */
  abort(): void {
    this.close();
  }

  /** The listener is closed before anybody has accepted this end: the other one is reset. */
  cutOff(): void {
    this.#release(true);
  }

  /** @kernel net/unix/af_unix.c unix_release_sock() v6.18 */
  #release(isReset: boolean): void {
    this.isOpen = false;
    if (this.#peer === null) return;
    if (isReset) this.#peer.#error = "ECONNRESET";
    this.#peer.#dependencies.onReady();
  }
}
