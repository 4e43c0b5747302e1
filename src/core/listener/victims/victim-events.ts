/**
 * What the kernel's trace events say about clients that a listener refused: which events are wanted, with which filter, and what a
 * record of each says. Offsets and numbers come from the kernel's own description. Pure.
 *
 * @module
 */

import { formatIpAddress } from "../../wire/ip-address.ts";
import type { TraceEventFormat } from "../../wire/trace-event/event-format.ts";

/** The events that tell of victims, by the kernel's names. */
export const VICTIM_EVENTS = {
  /** A SYN+ACK was sent again: names client and listener. Since Linux 4.15. */
  synAckResent: "tcp/tcp_retransmit_synack",
  /** A packet was thrown away; with the reason TCP_LISTEN_OVERFLOW since Linux 6.15. */
  refused: "skb/kfree_skb",
  /** A reset was sent; by a listener it names the listener only. */
  resetSent: "tcp/tcp_send_reset",
  /** A reset came to a client of this machine: names both ends. Since Linux 4.15. */
  resetReceived: "tcp/tcp_receive_reset",
} as const;

/** One of them. */
export type VictimEventKind = keyof typeof VICTIM_EVENTS;

/** What a record says. Sockets and packets are the kernel's addresses of them: names that hold for as long as they live. */
export type VictimEvent =
  | {
      readonly kind: "synAckResent";
      readonly atNs: bigint;
      readonly socket: bigint;
      readonly address: string;
      readonly port: number;
      readonly clientAddress: string;
      readonly clientPort: number;
    }
  | { readonly kind: "refused"; readonly atNs: bigint; readonly socket: bigint; readonly packet: bigint }
  | {
      readonly kind: "resetSent";
      readonly atNs: bigint;
      readonly socket: bigint;
      readonly packet: bigint;
      /** What the listener is bound to. */
      readonly address: string;
      readonly port: number;
    }
  | {
      readonly kind: "resetReceived";
      readonly atNs: bigint;
      readonly address: string;
      readonly port: number;
      readonly clientAddress: string;
      readonly clientPort: number;
    };

const REFUSAL_REASON = "TCP_LISTEN_OVERFLOW";
const TCP_LISTEN = 10;

/** The number by which this kernel says that an accept queue was full; null where it has no such reason. */
export function refusalReason(format: TraceEventFormat): number | null {
  return format.fields.has("reason") && format.fields.has("rx_sk")
    ? (format.symbols("reason").get(REFUSAL_REASON) ?? null)
    : null;
}

/** The filter for an event in the kernel's language; null for all of its records, undefined where the event tells nothing. */
export function victimFilter(
  kind: VictimEventKind,
  format: TraceEventFormat,
  port: number | null,
): string | null | undefined {
  if (kind === "synAckResent") return port === null ? null : `sport == ${port}`;
  if (kind === "resetReceived") return port === null ? null : `dport == ${port}`;
  if (kind === "resetSent") return format.fields.has("state") ? `state == ${TCP_LISTEN}` : undefined;
  const reason = refusalReason(format);
  return reason === null ? undefined : `reason == ${reason}`;
}

/** Reads a record. */
export function decodeVictimEvent(
  kind: VictimEventKind,
  format: TraceEventFormat,
  { atNs, record }: { readonly atNs: bigint; readonly record: DataView },
): VictimEvent {
  const read = new RecordReader(format, record);
  switch (kind) {
    case "synAckResent":
      return {
        kind,
        atNs,
        socket: read.pointer("skaddr"),
        address: read.address("saddr_v6"),
        port: read.short("sport"),
        clientAddress: read.address("daddr_v6"),
        clientPort: read.short("dport"),
      };
    case "refused":
      return { kind, atNs, socket: read.pointer("rx_sk"), packet: read.pointer("skbaddr") };
    case "resetSent":
      return {
        kind,
        atNs,
        socket: read.pointer("skaddr"),
        packet: read.pointer("skbaddr"),
        ...read.source(),
      };
    case "resetReceived":
      return {
        kind,
        atNs,
        address: read.address("daddr_v6"),
        port: read.short("dport"),
        clientAddress: read.address("saddr_v6"),
        clientPort: read.short("sport"),
      };
  }
}

/** Families in a sockaddr, and where its parts are. @kernel include/uapi/linux/in6.h sockaddr_in6 v6.18 */
const AF_INET6 = 10;
const SOCKADDR = { port: 2, ipv4: 4, ipv6: 8 } as const;

class RecordReader {
  readonly #format: TraceEventFormat;
  readonly #record: DataView;

  constructor(format: TraceEventFormat, record: DataView) {
    this.#format = format;
    this.#record = record;
  }

  pointer(field: string): bigint {
    return this.#record.getBigUint64(this.#offset(field), true);
  }

  short(field: string): number {
    return this.#record.getUint16(this.#offset(field), true);
  }

  /** The sender: since Linux 6.10 as a sockaddr, before as an address and a port. */
  source(): { readonly address: string; readonly port: number } {
    if (this.#format.fields.has("saddr_v6"))
      return { address: this.address("saddr_v6"), port: this.short("sport") };
    const at = this.#offset("saddr");
    const port = this.#record.getUint16(at + SOCKADDR.port);
    return this.#record.getUint16(at, true) === AF_INET6
      ? { port, address: mappedAddress(this.#bytes(at + SOCKADDR.ipv6, 16)) }
      : { port, address: formatIpAddress(this.#bytes(at + SOCKADDR.ipv4, 4)) };
  }

  /** An IPv4 address stands in it as `::ffff:1.2.3.4`. */
  address(field: string): string {
    return mappedAddress(this.#bytes(this.#offset(field), 16));
  }

  #bytes(at: number, length: number): Uint8Array {
    return new Uint8Array(this.#record.buffer, this.#record.byteOffset + at, length).slice();
  }
  #offset(field: string): number {
    const known = this.#format.fields.get(field);
    if (known === undefined) throw new Error(`the event ${this.#format.name} has no field ${field}`);
    return known.offset;
  }
}

function mappedAddress(bytes: Uint8Array): string {
  const isMapped =
    bytes.subarray(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;
  return formatIpAddress(isMapped ? bytes.slice(12) : bytes);
}
