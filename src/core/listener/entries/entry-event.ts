/**
 * The kernel's word on each connection that enters an accept queue: its child socket goes from SYN_RECV to ESTABLISHED, a moment after
 * it was put into the queue. Which event, with which filter, and what a record says. Pure.
 *
 * @kernel net/ipv4/tcp_minisocks.c tcp_child_process() v6.18
 * @module
 */
import { DecodeError } from "../../errors.ts";
import type { TraceEventFormat } from "../../wire/trace-event/event-format.ts";

/** By the kernel's name; since Linux 4.16. */
export const QUEUE_ENTRY_EVENT = "sock/inet_sock_set_state";

const IPPROTO_TCP = 6;
/** Families as the kernel numbers them. @kernel include/linux/socket.h AF_INET6 v6.18 */
const AF_INET6 = 10;

/** One connection. The address has 16 bytes, as four numbers: an IPv4 one stands in it as `::ffff:1.2.3.4`. */
export interface QueueEntry {
  /** The connection's own end: the listener is bound to it, or to all addresses. */
  port: number;
  /** Of the listener: a dual-stack one takes IPv4 clients as IPv6. */
  isIpv6: boolean;
  readonly address: Uint32Array;
}

/**
 * The filter in the kernel's language: nothing else is handed out.
 *
 * @param port only connections to it; null for all
 * @throws {DecodeError} where the format does not name the states
 */
export function queueEntryFilter(format: TraceEventFormat, port: number | null): string {
  const states = format.symbols("newstate");
  const [before, after] = [states.get("TCP_SYN_RECV"), states.get("TCP_ESTABLISHED")];
  if (before === undefined || after === undefined)
    throw new DecodeError("UNKNOWN_FORMAT", format.name, 0, "the names of TCP states expected");
  const rest = port === null ? "" : ` && sport == ${port}`;
  return `oldstate == ${before} && newstate == ${after} && protocol == ${IPPROTO_TCP}${rest}`;
}

/**
 * What reads its records. It returns the same object each time: thousands a second may come.
 *
 * @throws {DecodeError} where the format lacks a field
 */
export function queueEntryReader(format: TraceEventFormat): (record: DataView) => QueueEntry {
  const port = offsetOf(format, "sport");
  const family = offsetOf(format, "family");
  const address = offsetOf(format, "saddr_v6");
  const entry: QueueEntry = { port: 0, isIpv6: false, address: new Uint32Array(4) };
  return (record) => {
    entry.port = record.getUint16(port, true);
    entry.isIpv6 = record.getUint16(family, true) === AF_INET6;
    for (let word = 0; word < 4; word += 1) entry.address[word] = record.getUint32(address + 4 * word);
    return entry;
  };
}

function offsetOf(format: TraceEventFormat, name: string): number {
  const field = format.fields.get(name);
  if (field === undefined)
    throw new DecodeError("UNKNOWN_FORMAT", format.name, 0, `a field ${name} expected`);
  return field.offset;
}
