/**
 * `struct sockaddr_in`, `sockaddr_in6` and `sockaddr_ll` as the kernel wants them. Not a parser of texts: see wire/address.
 *
 * @module
 */
import { formatEndpoint, formatIpAddress, parseIpAddress } from "../wire/address.ts";

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

/** The endpoint in a socket address that the kernel filled in, or null for another family. */
export function decodeSockaddr(bytes: Uint8Array): string | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const family = view.getUint16(0, true);
  const port = view.getUint16(2, false);
  if (family === AF.INET) return formatEndpoint(formatIpAddress(bytes.slice(4, 8)), port);
  if (family === AF.INET6) return formatEndpoint(formatIpAddress(bytes.slice(8, 24)), port);
  return null;
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
