/**
 * `struct sockaddr_in`, `sockaddr_in6` and `sockaddr_ll` as the kernel wants them. Not a parser of texts: see wire/address.
 *
 * @module
 */
import { formatEndpoint, formatIpAddress, parseIpAddress } from "../../../core/wire/address.ts";

/** Address families. */
export const AF = { UNIX: 1, INET: 2, INET6: 10, NETLINK: 16, PACKET: 17 } as const;

/** The address family of an IP address text. */
export function familyOf(address: string): number {
  return address.includes(":") ? AF.INET6 : AF.INET;
}

/**
 * A socket address for bind() or connect().
 *
 * @throws {DecodeError} when the address is not an IP address
 * @kernel include/uapi/linux/in.h sockaddr_in v6.18
 */
export function encodeSockaddr(address: string, port: number): Uint8Array {
  const ip = parseIpAddress(address);
  const isIpv4 = ip.length === 4;
  const bytes = new Uint8Array(isIpv4 ? 16 : 28);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, isIpv4 ? AF.INET : AF.INET6, true);
  view.setUint16(2, port, false);
  bytes.set(ip, isIpv4 ? 4 : 8);
  return bytes;
}

/** The endpoint (or abstract AF_UNIX name) in a socket address that the kernel filled in, or null for another family. */
export function decodeSockaddr(bytes: Uint8Array): string | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const family = view.getUint16(0, true);
  const port = view.getUint16(2, false);
  if (family === AF.INET) return formatEndpoint(formatIpAddress(bytes.slice(4, 8)), port);
  if (family === AF.INET6) return formatEndpoint(formatIpAddress(bytes.slice(8, 24)), port);
  if (family === AF.UNIX && bytes[2] === 0) return new TextDecoder().decode(bytes.subarray(3));
  return null;
}

/**
 * The address of an AF_UNIX socket in the abstract name space, which each network namespace has of its own: no file is made.
 *
 * @throws {RangeError} when the name does not fit the 107 bytes after its leading zero
 * @kernel include/uapi/linux/un.h sockaddr_un v6.18
 */
export function encodeAbstractSockaddr(name: string): Uint8Array {
  const text = new TextEncoder().encode(name);
  if (text.length > 107) throw new RangeError(`${name} is too long for an abstract socket name`);
  const bytes = new Uint8Array(3 + text.length);
  new DataView(bytes.buffer).setUint16(0, AF.UNIX, true);
  bytes.set(text, 3);
  return bytes;
}

/**
 * The address that binds a packet socket to one interface and one EtherType.
 *
 * @kernel include/uapi/linux/if_packet.h sockaddr_ll v6.18
 */
export function encodeLinkSockaddr(interfaceIndex: number, etherType: number): Uint8Array {
  const bytes = new Uint8Array(20);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, AF.PACKET, true);
  view.setUint16(2, etherType, false);
  view.setInt32(4, interfaceIndex, true);
  return bytes;
}
