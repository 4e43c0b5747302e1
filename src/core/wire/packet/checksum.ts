/**
 * The internet checksum, alone and over TCP's pseudo header.
 *
 * @module
 */

const IPPROTO_TCP = 6;

/**
 * The checksum of the bytes: what belongs into a checksum field that is 0 now, or 0 if the field is in it and right.
 *
 * @rfc 1071 §1
 */
export function internetChecksum(bytes: Uint8Array): number {
  return 0xffff - fold(sumOf(bytes));
}

/**
 * The checksum of a TCP segment (header, options and payload) between two addresses of 4 or of 16 bytes: what belongs into
 * a checksum field that is 0 now, or 0 if the field is in it and right.
 *
 * @rfc 9293 §3.1
 */
export function tcpChecksum(source: Uint8Array, destination: Uint8Array, segment: Uint8Array): number {
  // The length is 16 bits wide for IPv4 and 32 for IPv6; adding its two halves comes to the same.
  const length = (segment.length & 0xffff) + (segment.length >>> 16);
  return 0xffff - fold(sumOf(source) + sumOf(destination) + IPPROTO_TCP + length + sumOf(segment));
}

/** The plain sum of the 16-bit words; an odd last byte counts as the upper half of a word. */
function sumOf(bytes: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i++) sum += (i & 1) === 0 ? (bytes[i] ?? 0) * 256 : (bytes[i] ?? 0);
  return sum;
}

/** The sum in one's complement: what overflows 16 bits is added at the bottom. */
function fold(sum: number): number {
  let folded = sum;
  while (folded > 0xffff) folded = (folded % 0x10000) + Math.floor(folded / 0x10000);
  return folded;
}
