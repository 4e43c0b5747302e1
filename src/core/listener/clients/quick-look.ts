/**
 * Tells the many connections that show nothing unusual from those that are worth decoding, by a few bytes of the kernel's answer.
 * It passes more than `judge-client.ts` finds stuck, and never less. Pure.
 *
 * @module
 */
import { parseIpAddress } from "../../wire/ip-address.ts";
import { INET_DIAG, INET_DIAG_MSG_LENGTH } from "../../wire/netlink/inet-diag-constants.ts";
import { TCP_STATES } from "../../wire/netlink/tcp-state.ts";

/** Where things lie in an answer. @kernel include/uapi/linux/inet_diag.h inet_diag_msg v6.18 */
const AT = { state: 1, localPort: 4, remotePort: 6, remoteAddress: 24 } as const;
/** And in `tcp_info`. @kernel include/uapi/linux/tcp.h tcp_info v6.18 */
const INFO = { totalRetrans: 100, bytesAcked: 120, bytesAckedEnd: 128 } as const;

/** Our port of an answer's connection. */
export function localPortOf(answer: Uint8Array): number {
  return u16be(answer, AT.localPort);
}

/** The same for all connections to one endpoint: port and address as numbers. */
export function remoteKeyOf(answer: Uint8Array): string {
  const words = [0, 4, 8, 12].map((offset) => u32(answer, AT.remoteAddress + offset));
  return `${u16be(answer, AT.remotePort)} ${words.join(" ")}`;
}

/** The keys that connections to an endpoint have: those of an IPv6 socket to an IPv4 address have one of their own. */
export function remoteKeysTo(address: string, port: number): Set<string> {
  const bytes = parseIpAddress(address);
  const forms =
    bytes.length === 4 ? [bytes, Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, ...bytes)] : [bytes];
  return new Set(
    forms.map((form) => {
      const answer = new Uint8Array(INET_DIAG_MSG_LENGTH);
      new DataView(answer.buffer).setUint16(AT.remotePort, port, false);
      answer.set(form, AT.remoteAddress);
      return remoteKeyOf(answer);
    }),
  );
}

/** Whether it may be stuck: it is connecting, something was resent, or no byte of ours was taken. */
export function mayBeStuck(answer: Uint8Array): boolean {
  if (answer[AT.state] === TCP_STATES.SYN_SENT) return true;
  const info = findInfo(answer);
  if (info === null) return true;
  if (u32(answer, info + INFO.totalRetrans) !== 0) return true;
  return u32(answer, info + INFO.bytesAcked) <= 1 && u32(answer, info + INFO.bytesAcked + 4) === 0;
}

/** Where `tcp_info` begins; null where it is missing or too short. */
function findInfo(answer: Uint8Array): number | null {
  for (let at = INET_DIAG_MSG_LENGTH; at + 4 <= answer.length; ) {
    const length = u16(answer, at);
    if (length < 4) return null;
    if (u16(answer, at + 2) === INET_DIAG.info) return length >= 4 + INFO.bytesAckedEnd ? at + 4 : null;
    at += (length + 3) & ~3;
  }
  return null;
}

function u16(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
}

function u16be(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

function u32(bytes: Uint8Array, at: number): number {
  return (u16(bytes, at) | (u16(bytes, at + 2) << 16)) >>> 0;
}
