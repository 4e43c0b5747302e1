/**
 * Endpoints as listings print them: numbers, or names where tcpdump was run without `-nn`. A name that stands for no known
 * number gets a made-up one, which no packet on a network has, and is shown by its name again in what is told.
 *
 * @module
 */

import { DecodeError } from "../../../errors.ts";
import { formatIpAddress, parseIpAddress } from "../../ip-address.ts";
import { isKnownPort, portOf } from "./services.ts";

/** An address of 4 or 16 bytes, a port, and both as they were printed. */
export interface ListedEndpoint {
  text: string;
  address: Uint8Array;
  port: number;
}

/** What made-up numbers stand for. */
export interface ListedAliases {
  /** From an address as text, such as `0.12.7.1`. */
  readonly addresses: ReadonlyMap<string, string>;
  readonly ports: ReadonlyMap<number, string>;
}

const NAME = /^(?=.*[A-Za-z])[\w.-]+$/;
/** Below it stand the ports of services alone, so that no client's port is taken. */
const FIRST_UNRESERVED_PORT = 1024;

/** Turns the endpoints of one listing into numbers. The same name gets the same number in every listing, but for collisions. */
export class ListedEndpoints implements ListedAliases {
  readonly addresses: Map<string, string> = new Map();
  readonly ports: Map<number, string> = new Map();
  readonly #numbers = new Map<string, Uint8Array>();
  readonly #portNumbers = new Map<string, number>();

  /** The endpoint of an address and a port; null for what is neither a number nor a name. */
  of(address: string, port: string, version: 4 | 6 | null): ListedEndpoint | null {
    const bytes = this.#addressOf(address, version);
    const number = this.#portOf(port);
    return bytes === null || number === null
      ? null
      : { text: `${address}.${port}`, address: bytes, port: number };
  }

  #addressOf(text: string, version: 4 | 6 | null): Uint8Array | null {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    const address =
      parsed(loopbackOf(text, version)) ?? (NAME.test(text) ? this.#invent(text, version) : null);
    if (address !== null && this.#numbers.size < MOST_REMEMBERED) this.#numbers.set(text, address);
    return address;
  }

  /** From 0.0.0.0/8, or for IPv6 from the addresses that are there to be discarded. @rfc 6666 §3 */
  #invent(name: string, version: 4 | 6 | null): Uint8Array {
    for (let hash = hashOf(name); ; hash += 1) {
      const tail = [(hash >>> 16) & 255, (hash >>> 8) & 255, hash & 255];
      const address = version === 6 ? [1, ...new Array<number>(12).fill(0), ...tail] : [0, ...tail];
      const text = formatIpAddress(Uint8Array.from(address));
      if ((this.addresses.get(text) ?? name) !== name) continue;
      this.addresses.set(text, name);
      return Uint8Array.from(address);
    }
  }

  #portOf(text: string): number | null {
    const known = portOf(text) ?? this.#portNumbers.get(text);
    if (known !== undefined && known !== null) return known;
    if (!NAME.test(text) || this.ports.size >= FIRST_UNRESERVED_PORT / 2) return null;
    let port = hashOf(text) % FIRST_UNRESERVED_PORT;
    while (port === 0 || this.ports.has(port) || isKnownPort(port)) port = (port + 1) % FIRST_UNRESERVED_PORT;
    this.ports.set(port, text);
    this.#portNumbers.set(text, port);
    return port;
  }
}

/** A listing with more addresses has them parsed again. */
const MOST_REMEMBERED = 100_000;

/** The address that a name stands for on every machine; any other text is handed back as it is. */
function loopbackOf(text: string, version: 4 | 6 | null): string {
  if (text === "ip6-localhost") return "::1";
  if (text !== "localhost") return text;
  return version === 6 ? "::1" : "127.0.0.1";
}

function parsed(text: string): Uint8Array | null {
  try {
    return parseIpAddress(text);
  } catch (error) {
    if (error instanceof DecodeError) return null;
    throw error;
  }
}

/** FNV-1a, cut to 24 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const letter of text) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  return (hash ^ (hash >>> 24)) & 0xffffff;
}
