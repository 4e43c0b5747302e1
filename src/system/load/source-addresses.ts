/**
 * From which addresses connections to loopback come. One address has some 28,000 ports for a destination, and one whose connection
 * the client closed rests for a minute, so a run that uses many of them up takes the next address of 127.0.0.0/8 after a while. Where
 * the server closes first the port is free again at once, and the kernel's own choice of address costs no call.
 *
 * @module
 */
import { encodeSockaddr } from "../linux/socket/sockaddr.ts";

/** Of an address's ports only a part is used: the fuller the range, the longer connect() looks for a free one. */
const PORTS_AN_ADDRESS = 16_000;
/** All threads of a run begin with the kernel's own choice. */
const PORTS_OF_THE_FIRST = 8_000;
const HOSTS = 250;

/** Gives out local addresses for one thread of a run. */
export class SourceAddresses {
  readonly #thread: number;
  #taken = 0;
  #place = 0;
  #current: Uint8Array | null = null;

  /** @param thread counts from 0; each has addresses of its own, but for the first */
  constructor(thread: number) {
    this.#thread = thread;
  }

  /** Whether connections to this address may come from any address of 127.0.0.0/8. */
  static fit(destination: string): boolean {
    return destination.startsWith("127.") && !destination.includes(":");
  }

  /** Which of its addresses the last connection had. */
  get place(): number {
    return this.#place;
  }

  /** The address of the next connection, as bind() wants it; null leaves it to the kernel, which takes 127.0.0.1. */
  next(): Uint8Array | null {
    if (this.#taken >= (this.#place === 0 ? PORTS_OF_THE_FIRST : PORTS_AN_ADDRESS)) this.skip();
    this.#taken += 1;
    return this.#current;
  }

  /** A connection's port is free again: the server closed first. @param place the connection's */
  release(place: number): void {
    if (place === this.#place) this.#taken -= 1;
  }

  /** Goes on to the next address at once: the current one has no port left. */
  skip(): void {
    this.#place += 1;
    this.#taken = 0;
    this.#current = encodeSockaddr(`127.0.${this.#thread % 256}.${1 + (this.#place % HOSTS)}`, 0);
  }
}
