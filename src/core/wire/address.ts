/**
 * Endpoints and hardware addresses as people write them: `127.0.0.1:80`, `[::1]:80`, `02:00:00:00:00:01`. IP addresses
 * themselves are in `ip-address.ts`.
 *
 * @module
 */

import { DecodeError } from "../errors.ts";
import { formatIpAddress, parseIpAddress } from "./ip-address.ts";

export { formatIpAddress, parseIpAddress } from "./ip-address.ts";

/** Where a socket is: an IP address as canonical text, and a port. */
export interface Endpoint {
  address: string;
  port: number;
}

/**
 * An endpoint as text; an IPv6 address stands in brackets.
 *
 * @throws {DecodeError} BAD_VALUE if the address is bytes, and not 4 or 16 of them.
 * @rfc 5952 §6
 */
export function formatEndpoint(address: string | Uint8Array, port: number | string): string {
  const text = typeof address === "string" ? address : formatIpAddress(address);
  return text.includes(":") ? `[${text}]:${port}` : `${text}:${port}`;
}

/**
 * The endpoint that a text names; the address comes back in its canonical form.
 *
 * @throws {DecodeError} BAD_VALUE if the text is not an endpoint.
 * @rfc 5952 §6
 */
export function parseEndpoint(text: string): Endpoint {
  const match = /^(?:\[([^\]]*:[^\]]*)\]|([^:[\]]*)):(\d{1,5})$/.exec(text);
  const address = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (address === undefined || port > 0xffff) {
    const expected = `ADDRESS:PORT or [ADDRESS]:PORT expected, is ${JSON.stringify(text)}`;
    throw new DecodeError("BAD_VALUE", "endpoint", 0, expected);
  }
  return { address: formatIpAddress(parseIpAddress(address)), port };
}

/**
 * The 6 bytes of a hardware address such as `02:00:00:00:00:01`.
 *
 * @throws {DecodeError} BAD_VALUE if the text is not one.
 */
export function parseMacAddress(text: string): Uint8Array {
  if (!/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i.test(text)) {
    throw new DecodeError(
      "BAD_VALUE",
      "MAC address",
      0,
      `six pairs of hex digits expected, is ${JSON.stringify(text)}`,
    );
  }
  return Uint8Array.from(text.split(":"), (part) => Number.parseInt(part, 16));
}

/**
 * A hardware address of 6 bytes as text, in lower case.
 *
 * @throws {DecodeError} BAD_VALUE if there are not 6 bytes.
 */
export function formatMacAddress(bytes: Uint8Array): string {
  if (bytes.length !== 6)
    throw new DecodeError("BAD_VALUE", "MAC address", 0, `6 bytes expected, have ${bytes.length}`);
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(":");
}
