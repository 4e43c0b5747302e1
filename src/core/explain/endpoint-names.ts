/**
 * Endpoints as people write them, by the names that a listing gave them, or under stable false addresses: the same real address
 * has the same false one in every output of a run, and the same capture gives the same false addresses again.
 *
 * @module
 */
import { formatEndpoint, formatIpAddress } from "../wire/address.ts";
import type { ListedAliases } from "../wire/capture/listing/listed-endpoint.ts";

/** Four words of an address; one of IPv4 is in the last. */
export type AddressWords = readonly [number, number, number, number];

/** Gives names to endpoints. */
export class EndpointNames {
  readonly #isAnonymous: boolean;
  readonly #false = new Map<string, string>();
  readonly #addressNames = new Map<string, string>();
  readonly #portNames = new Map<number, string>();

  constructor({ anonymize = false }: { readonly anonymize?: boolean } = {}) {
    this.#isAnonymous = anonymize;
  }

  /** Whether the addresses are false ones. */
  get isAnonymous(): boolean {
    return this.#isAnonymous;
  }

  /** Takes the names of a listing: they are shown instead of the numbers that stand for them. */
  learn({ addresses, ports }: ListedAliases): void {
    for (const [address, name] of addresses) this.#addressNames.set(address, name);
    for (const [port, name] of ports) this.#portNames.set(port, name);
  }

  /** The address as text. */
  address(words: AddressWords, ipVersion: 4 | 6): string {
    const real = formatIpAddress(bytesOf(words, ipVersion));
    if (this.#isAnonymous && !isLoopback(real)) return this.#falseOf(real, ipVersion);
    return this.#addressNames.get(real) ?? real;
  }

  /** `192.0.2.1:80` or `[2001:db8::1]:80`. */
  endpoint(words: AddressWords, port: number, ipVersion: 4 | 6): string {
    return formatEndpoint(this.address(words, ipVersion), this.port(port));
  }

  /** The port, or the service's name that a listing gives instead. */
  port(port: number): number | string {
    return this.#portNames.get(port) ?? port;
  }

  #falseOf(real: string, ipVersion: 4 | 6): string {
    const known = this.#false.get(real);
    if (known !== undefined) return known;
    const place = this.#false.size + 1;
    const made = ipVersion === 4 ? falseIpv4(place) : falseIpv6(place);
    this.#false.set(real, made);
    return made;
  }
}

/** From the range kept for measurements. @rfc 2544 §C.2.2 */
function falseIpv4(place: number): string {
  const second = 18 + ((place >>> 16) & 1);
  return `198.${second}.${(place >>> 8) & 255}.${place & 255}`;
}

/** From the range kept for documentation. @rfc 3849 §2 */
function falseIpv6(place: number): string {
  const words: AddressWords = [0x20010db8, 0, 0, place];
  return formatIpAddress(bytesOf(words, 6));
}

/** A loopback address identifies nobody, and says much about what was captured. */
function isLoopback(address: string): boolean {
  return address.startsWith("127.") || address === "::1";
}

function bytesOf(words: AddressWords, ipVersion: 4 | 6): Uint8Array {
  const used = ipVersion === 4 ? words.slice(3) : words;
  return Uint8Array.from(used.flatMap((word) => [word >>> 24, word >>> 16, word >>> 8, word]));
}
