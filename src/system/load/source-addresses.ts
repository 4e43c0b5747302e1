/**
 * From which addresses connections to loopback come. One address has some 28,000 ports for a destination, and one that was
 * closed by the client rests for a minute, so a fast run takes the next address of 127.0.0.0/8 after a while.
 *
 * @module
 */
import { encodeSockaddr } from "../linux/socket/sockaddr.ts";

/** Of an address's ports only a part is used: the fuller the range, the longer connect() looks for a free one. */
const CONNECTIONS_AN_ADDRESS = 16_000;
const HOSTS = 250;

/** Gives out local addresses for one thread of a run. */
export class SourceAddresses {
  readonly #thread: number;
  #given = 0;
  #current: Uint8Array | null = null;

  /** @param thread counts from 0; each has addresses of its own */
  constructor(thread: number) {
    this.#thread = thread;
  }

  /** Whether connections to this address may come from any address of 127.0.0.0/8. */
  static fit(destination: string): boolean {
    return destination.startsWith("127.") && !destination.includes(":");
  }

  /** The address of the next connection, as bind() wants it; null leaves it to the kernel, which takes 127.0.0.1. */
  next(): Uint8Array | null {
    if (this.#given % CONNECTIONS_AN_ADDRESS === 0) this.#current = this.#address();
    this.#given += 1;
    return this.#current;
  }

  /** Goes on to the next address at once: the current one has no port left. */
  skip(): void {
    this.#given = Math.ceil(this.#given / CONNECTIONS_AN_ADDRESS) * CONNECTIONS_AN_ADDRESS;
  }

  #address(): Uint8Array | null {
    const place = Math.floor(this.#given / CONNECTIONS_AN_ADDRESS);
    if (place === 0 && this.#thread === 0) return null;
    return encodeSockaddr(`127.0.${this.#thread % 256}.${1 + (place % HOSTS)}`, 0);
  }
}
