/**
 * Tells the many connections that show nothing unusual from those that are worth decoding, by a few bytes of the kernel's answer, and
 * allocates nothing for them. It passes more than `judge-client.ts` finds stuck, and never less. Pure.
 *
 * @module
 */
import { parseIpAddress } from "../../wire/ip-address.ts";
import { ADDRESS_FAMILY, INET_DIAG, INET_DIAG_MSG_LENGTH } from "../../wire/netlink/inet-diag-constants.ts";
import { TCP_STATES } from "../../wire/netlink/tcp-state.ts";

/** Where things lie in an answer. @kernel include/uapi/linux/inet_diag.h inet_diag_msg v6.18 */
const AT = { family: 0, state: 1, localPort: 4, remotePort: 6, remoteAddress: 24 } as const;
/** And in `tcp_info`. @kernel include/uapi/linux/tcp.h tcp_info v6.18 */
const INFO = { totalRetrans: 100, bytesAcked: 120, bytesAckedEnd: 128 } as const;
/** An IPv4 address is below it. */
const IPV4_ADDRESSES = 2 ** 32;
const ATTRIBUTE_HEADER = 4;

/** The same for all connections to one endpoint: for IPv4 a number, port and address; for IPv6 `"port word word word word"`. */
export type RemoteKey = number | string;

/** Our port of an answer's connection; `start` is where its `inet_diag_msg` begins. */
export function localPortOf(datagram: DataView, start: number): number {
  return datagram.getUint16(start + AT.localPort);
}

/** Where an answer's connection leads to. */
export function remoteKeyOf(datagram: DataView, start: number): RemoteKey {
  const port = datagram.getUint16(start + AT.remotePort);
  const word = (place: number): number => datagram.getUint32(start + AT.remoteAddress + 4 * place);
  if (datagram.getUint8(start + AT.family) === ADDRESS_FAMILY.ipv4) return port * IPV4_ADDRESSES + word(0);
  return `${port} ${word(0)} ${word(1)} ${word(2)} ${word(3)}`;
}

/** The same for all connections to one host. */
export function hostOfKey(key: RemoteKey): RemoteKey {
  return typeof key === "number" ? key % IPV4_ADDRESSES : key.slice(key.indexOf(" ") + 1);
}

/** The keys that connections to an endpoint have: those of an IPv6 socket to an IPv4 address have one of their own. */
export function remoteKeysTo(address: string, port: number): Set<RemoteKey> {
  const bytes = parseIpAddress(address);
  if (bytes.length === 16) return new Set([keyTo("ipv6", bytes, port)]);
  const mapped = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, ...bytes);
  return new Set([keyTo("ipv4", bytes, port), keyTo("ipv6", mapped, port)]);
}

function keyTo(family: keyof typeof ADDRESS_FAMILY, address: Uint8Array, port: number): RemoteKey {
  const answer = new Uint8Array(INET_DIAG_MSG_LENGTH);
  answer[AT.family] = ADDRESS_FAMILY[family];
  answer.set(address, AT.remoteAddress);
  const datagram = new DataView(answer.buffer);
  datagram.setUint16(AT.remotePort, port);
  return remoteKeyOf(datagram, 0);
}

/** Whether it may be stuck: it is connecting, something was resent, or no byte of ours was taken. */
export function mayBeStuck(datagram: DataView, start: number, end: number): boolean {
  if (datagram.getUint8(start + AT.state) === TCP_STATES.SYN_SENT) return true;
  const info = findInfo(datagram, start + INET_DIAG_MSG_LENGTH, end);
  if (info === null) return true;
  if (datagram.getUint32(info + INFO.totalRetrans, true) !== 0) return true;
  if (datagram.getUint32(info + INFO.bytesAcked + 4, true) !== 0) return false;
  return datagram.getUint32(info + INFO.bytesAcked, true) <= 1;
}

/** Where `tcp_info` begins; null where it is missing or too short. */
function findInfo(datagram: DataView, first: number, end: number): number | null {
  for (let at = first; at + ATTRIBUTE_HEADER <= end; ) {
    const length = datagram.getUint16(at, true);
    if (length < ATTRIBUTE_HEADER || at + length > end) return null;
    if (datagram.getUint16(at + 2, true) === INET_DIAG.info)
      return length >= ATTRIBUTE_HEADER + INFO.bytesAckedEnd ? at + ATTRIBUTE_HEADER : null;
    at += (length + 3) & ~3;
  }
  return null;
}
