/**
 * IPv4 and IPv6 addresses: text to bytes and back, strictly. No names, no zones, no prefixes.
 *
 * @module
 */

import { DecodeError } from "../errors.ts";

/**
 * The 4 or 16 bytes of an address; IPv6 may end in dotted decimals.
 *
 * @throws {DecodeError} BAD_VALUE if the text is not an address.
 * @rfc 4291 §2.2
 */
export function parseIpAddress(text: string): Uint8Array {
  const bytes = text.includes(":") ? parseIpv6(text) : parseIpv4(text);
  if (bytes === null) throw notAnAddress(JSON.stringify(text));
  return bytes;
}

/**
 * The text of an address of 4 or 16 bytes: IPv6 in its canonical form, an IPv4-mapped one as `::ffff:1.2.3.4`.
 *
 * @throws {DecodeError} BAD_VALUE if there are not 4 or 16 bytes.
 * @rfc 5952 §4
 */
export function formatIpAddress(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join(".");
  if (bytes.length !== 16) throw notAnAddress(`${bytes.length} bytes`);
  const groups = Array.from({ length: 8 }, (_, i) => byteAt(bytes, 2 * i) * 256 + byteAt(bytes, 2 * i + 1));
  if (isMapped(groups)) return `::ffff:${bytes.subarray(12).join(".")}`;
  const { start, length } = longestZeroRun(groups);
  if (length < 2) return hex(groups);
  return `${hex(groups.slice(0, start))}::${hex(groups.slice(start + length))}`;
}

/** The IPv4 address of an IPv4-mapped one; any other as it is. A dual-stack socket shows its IPv4 peers so. */
export function unmapped(address: string): string {
  return address.startsWith("::ffff:") && address.includes(".") ? address.slice("::ffff:".length) : address;
}

function parseIpv4(text: string): Uint8Array | null {
  const parts = text.split(".");
  // A leading zero is refused, because some programs take it for octal.
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)) {
    return null;
  }
  return Uint8Array.from(parts, Number);
}

function parseIpv6(text: string): Uint8Array | null {
  const halves = text.split("::");
  if (halves.length > 2) return null;
  const head = parseGroups(halves[0] ?? "", halves.length === 1);
  const tail = halves.length === 2 ? parseGroups(halves[1] ?? "", true) : [];
  if (head === null || tail === null) return null;
  const missing = 16 - head.length - tail.length;
  // "::" stands for at least one group.
  if (halves.length === 2 ? missing < 2 : missing !== 0) return null;
  return Uint8Array.from([...head, ...new Array<number>(missing).fill(0), ...tail]);
}

/** The bytes of groups joined by single colons; only the end of the whole address may be dotted decimals. */
function parseGroups(text: string, atEnd: boolean): number[] | null {
  if (text === "") return [];
  const parts = text.split(":");
  const bytes: number[] = [];
  for (const [index, part] of parts.entries()) {
    const dotted = atEnd && index === parts.length - 1 && part.includes(".") ? parseIpv4(part) : null;
    if (dotted !== null) bytes.push(...dotted);
    else if (/^[0-9a-f]{1,4}$/i.test(part))
      bytes.push(Number.parseInt(part, 16) >> 8, Number.parseInt(part, 16) & 255);
    else return null;
  }
  return bytes;
}

function isMapped(groups: readonly number[]): boolean {
  return groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
}

/** The first of the longest runs of zero groups (RFC 5952, 4.2.3). */
function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < groups.length; start++) {
    let end = start;
    while (groups[end] === 0) end++;
    if (end - start > best.length) best = { start, length: end - start };
  }
  return best;
}

function hex(groups: readonly number[]): string {
  return groups.map((group) => group.toString(16)).join(":");
}

function byteAt(bytes: Uint8Array, index: number): number {
  return bytes[index] ?? 0;
}

function notAnAddress(have: string): DecodeError {
  return new DecodeError("BAD_VALUE", "IP address", 0, `an IPv4 or IPv6 address expected, is ${have}`);
}
