/**
 * Packet lists of tshark and Wireshark, as text or CSV: number, time, addresses, protocol, length, and a summary that names the
 * ports of TCP segments alone. A line of another protocol over TCP is taken for the next segment of the one connection that is
 * open between its addresses; where there are several, nobody can tell.
 *
 * @module
 */

import { TCP_FLAG } from "../../packet/tcp-flags.ts";
import type { ListedEndpoint, ListedEndpoints } from "./listed-endpoint.ts";
import type { TcpLine } from "./listing-line.ts";

/** A line, taken apart. */
export interface WiresharkLine {
  time: string;
  source: string;
  destination: string;
  protocol: string;
  /** Of the frame, in bytes. */
  length: number;
  info: string;
}

/** Why a line gives no segment. */
export type WiresharkSkipReason = "not TCP" | "no ports (tshark)";

const TIME = String.raw`(?:\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d[.,]\d+|\d+[.,]\d+`;
const LINE = new RegExp(
  String.raw`^\s*(?:\d+\s+)?(${TIME})\s+(\S+)\s+(?:(?:→|->)\s+)?(\S+)\s+([A-Z][\w./-]*)\s+(\d+)\s+(.*)$`,
);
const NOTES = /^(?:\[[^\]]*\] ?)*/;
const SEGMENT = /^(\S+) (?:→|->|>) (\S+) \[([^\]]*)\](.*)$/;
/** Protocols whose lines name no ports and that never run over TCP. */
const NOT_TCP =
  /^(?:UDP|ICMP|ICMPv6|ARP|MDNS|LLMNR|NTP|QUIC|DHCP|DHCPv6|IGMP|IGMPv[23]|STP|LLDP|SSDP|SCTP|OSPF|VRRP|0x.*)$/;
const FLAGS: Readonly<Record<string, number>> = {
  SYN: TCP_FLAG.SYN,
  ACK: TCP_FLAG.ACK,
  FIN: TCP_FLAG.FIN,
  RST: TCP_FLAG.RST,
  PSH: TCP_FLAG.PSH,
  URG: TCP_FLAG.URG,
  ECE: TCP_FLAG.ECE,
  ECN: TCP_FLAG.ECE,
  CWR: TCP_FLAG.CWR,
  AE: TCP_FLAG.AE,
};

/** A line of a packet list; null for any other line. */
export function parseWiresharkLine(line: string): WiresharkLine | null {
  const fields = line.startsWith('"') ? csvFields(line) : (LINE.exec(line)?.slice(1) ?? null);
  if (fields === null) return null;
  const [time = "", source = "", destination = "", protocol = "", length = "", info = ""] = fields;
  if (!new RegExp(`^(?:${TIME})$`).test(time)) return null;
  return {
    time,
    source,
    destination,
    protocol,
    length: Number(length),
    info: info.replace(NOTES, "").trim(),
  };
}

/** The fields behind the number, if the line has those of Wireshark's export. */
function csvFields(line: string): string[] | null {
  const fields = Array.from(line.matchAll(/"((?:[^"]|"")*)"/g), ([, field = ""]) =>
    field.replaceAll('""', '"'),
  );
  return fields.length === 7 ? fields.slice(1) : null;
}

/** An open connection between two addresses. */
interface OpenConnection {
  readonly ends: readonly [ListedEndpoint, ListedEndpoint];
  /** Bytes before the payload, by the sender's endpoint; of the last segment that told. */
  readonly headerBytes: Map<string, number>;
  readonly finished: Set<string>;
}

/** Gives the lines of one packet list their ports. */
export class WiresharkConnections {
  readonly #endpoints: ListedEndpoints;
  /** By the two addresses, in the order of text. */
  readonly #open = new Map<string, OpenConnection[]>();

  constructor(endpoints: ListedEndpoints) {
    this.#endpoints = endpoints;
  }

  /** The segment of a line, or why there is none. */
  segmentOf(line: WiresharkLine): TcpLine | WiresharkSkipReason {
    const match = SEGMENT.exec(line.info);
    if (line.protocol === "UDP" || (match === null && NOT_TCP.test(line.protocol))) return "not TCP";
    return match === null ? this.#portless(line) : this.#segment(line, match);
  }

  #segment(
    line: WiresharkLine,
    [, from = "", to = "", names = "", rest = ""]: RegExpExecArray,
  ): TcpLine | WiresharkSkipReason {
    const version = line.source.includes(":") ? 6 : 4;
    const source = this.#endpoints.of(line.source, portText(from), version);
    const destination = this.#endpoints.of(line.destination, portText(to), version);
    if (source === null || destination === null) return "not TCP";
    const flags = names.split(/, ?/).reduce((sum, name) => sum | (FLAGS[name] ?? 0), 0);
    const payloadLength = numberOf(rest, "Len") ?? 0;
    this.#note({ source, destination }, flags, line.length - payloadLength);
    return {
      source,
      destination,
      flags,
      sequence: numberOf(rest, "Seq"),
      acknowledgment: numberOf(rest, "Ack"),
      window: Math.min(numberOf(rest, "Win") ?? 0, 0xffff),
      payloadLength,
      timestampValue: numberOf(rest, "TSval") ?? -1,
      timestampEcho: numberOf(rest, "TSecr") ?? -1,
      hasFastOpen: /\bTFO=/.test(rest),
    };
  }

  /** A line of HTTP, TLS and the like: data of the only open connection. */
  #portless(line: WiresharkLine): TcpLine | WiresharkSkipReason {
    const [connection, ...others] = this.#open.get(pairOf(line.source, line.destination)) ?? [];
    if (connection === undefined || others.length > 0) return "no ports (tshark)";
    const [first, second] = connection.ends;
    const [source, destination] = first.text.startsWith(`${line.source}.`)
      ? [first, second]
      : [second, first];
    const headerBytes = connection.headerBytes.get(source.text);
    if (headerBytes === undefined) return "no ports (tshark)";
    return {
      source,
      destination,
      flags: TCP_FLAG.PSH | TCP_FLAG.ACK,
      sequence: null,
      acknowledgment: null,
      window: 0xffff,
      payloadLength: Math.max(0, line.length - headerBytes),
      timestampValue: -1,
      timestampEcho: -1,
      hasFastOpen: false,
    };
  }

  #note(ends: Pick<TcpLine, "source" | "destination">, flags: number, headerBytes: number): void {
    const { source, destination } = ends;
    const pair = pairOf(hostOf(source), hostOf(destination));
    const open = this.#open.get(pair) ?? [];
    const known = open.find((one) =>
      one.ends.every(({ text }) => text === source.text || text === destination.text),
    );
    const connection = known ?? { ends: [source, destination], headerBytes: new Map(), finished: new Set() };
    // A SYN has more options than what follows.
    if ((flags & TCP_FLAG.SYN) === 0) connection.headerBytes.set(source.text, headerBytes);
    if ((flags & TCP_FLAG.FIN) !== 0) connection.finished.add(source.text);
    const isOver = (flags & TCP_FLAG.RST) !== 0 || connection.finished.size === 2;
    const others = open.filter((one) => one !== connection);
    this.#open.set(pair, isOver ? others : [...others, connection]);
  }
}

const pairOf = (one: string, other: string): string => (one < other ? `${one} ${other}` : `${other} ${one}`);
const hostOf = ({ text }: ListedEndpoint): string => text.slice(0, text.lastIndexOf("."));

/** `radan-http(8088)` where names are resolved, or the number or name alone. */
function portText(text: string): string {
  return /\((\d+)\)$/.exec(text)?.[1] ?? text;
}

function numberOf(text: string, field: string): number | null {
  const digits = new RegExp(`\\b${field}=(\\d+)`).exec(text)?.[1];
  return digits === undefined ? null : Number(digits) >>> 0;
}
