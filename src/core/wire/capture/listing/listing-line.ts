/**
 * One line of tcpdump's output, of any version, taken apart but not interpreted: `listing-clock.ts` knows what its time means,
 * and `listing-numbers.ts` its sequence numbers.
 *
 * @module
 */

import { DecodeError } from "../../../errors.ts";
import { parseTcpFlags, TCP_FLAG } from "../../packet/tcp-flags.ts";
import type { ListedEndpoint, ListedEndpoints } from "./listed-endpoint.ts";

/** What the beginning of a line says. Every line of a packet has one, unless it is the second line of `tcpdump -v`. */
export interface LineHead {
  /** As printed, such as `20:50:51.727618`, with a date before it or not; empty after `tcpdump -t`. */
  time: string;
  /** Whether a blank stands before the time, as where tcpdump prints differences. */
  isIndented: boolean;
  /** What follows the time. */
  rest: string;
}

/** The TCP part of a line. */
export interface TcpLine {
  source: ListedEndpoint;
  destination: ListedEndpoint;
  /** Bits of `TCP_FLAG`. */
  flags: number;
  /** As printed; null where it is not printed. */
  sequence: number | null;
  acknowledgment: number | null;
  window: number;
  payloadLength: number;
  timestampValue: number;
  timestampEcho: number;
  hasFastOpen: boolean;
}

/** What `tcpdump -v` prints of the IP header. */
export interface ListedIpHeader {
  hopLimit: number;
  identification: number;
}

/** Why a line of a packet gives no segment. */
export type ListingSkipReason =
  | "not TCP"
  | "not IP"
  | "cut off"
  | "no flags (tcpdump -q)"
  | "no fractions of seconds";

type Details = Omit<TcpLine, "source" | "destination" | "flags">;

const TIME =
  /^(?:\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d[.,]\d{3,9}(?=\s)|^\d{1,12}[.,]\d{3,9}(?=\s+[^\s>])|^(?:\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d(?=\s+\S* *(?:IP6?|ARP)\b)/;
/** `tcpdump -#` counts the packets before their times. */
const COUNT = /^\d+ {1,2}(?=\d\d:\d\d:|\d{4}-\d\d-|\d+[.,]\d+|IP)/;
/** What the interface column of `-i any`, and then the first word of a packet, look like. */
const PACKET =
  /^(?:[\w.@:-]+ +(?:In|Out|B|M|P) +)?(?:IP6?|ARP|IP[46]?:|ethertype|[0-9a-f]{2}(?::[0-9a-f]{2}){5})\b/i;
const SEGMENT = /(\S+)\s+> (\S+): +Flags \[([^\]]*)\]?(.*)$/;
/** tcpdump before 4.1 printed `S 1:1(0) ack 2 win 3 <mss 1460>`. */
const OLD_SEGMENT = /(\S+)\s+> (\S+): +([SFRPWE]+|\.) (?:\[[^\]]*\] )?((?:\d+:\d+\(\d+\)|ack \d|win \d).*)$/;
const QUIET_SEGMENT = /\S+\s+> \S+: +tcp \d+/;

/** The beginning of a packet's line; null if the line is not of a packet. */
export function parseLineHead(line: string): LineHead | null {
  const text = line.trimStart().replace(COUNT, "");
  const time = TIME.exec(text)?.[0] ?? "";
  const rest = text.slice(time.length).trimStart();
  const isIndented = text.length < line.length;
  if (time === "" && (isIndented || !PACKET.test(rest) || !rest.includes(" > "))) return null;
  return { time, isIndented, rest };
}

/** Whether a line begins a packet, or is the second line of one that `tcpdump -v` prints in two. */
export function isPacketStart(line: string): boolean {
  return parseLineHead(line) !== null || isSecondLine(line);
}

/** Whether a line is the one that `tcpdump -v` prints behind that of the IP header. */
export function isSecondLine(line: string): boolean {
  return /^\s+\S+ > \S+: /.test(line);
}

/** What `-v` says of the IP header, or null. For IPv4 it closes the line, and the segment comes on the next. */
export function parseIpHeader(rest: string): (ListedIpHeader & { isAlone: boolean }) | null {
  if (!/(?:(?:^| )IP6? |: )\((?:tos|class|hlim|flowlabel) |\(ttl \d/.test(rest)) return null;
  const hopLimit = /\b(?:ttl|hlim) (\d+)/.exec(rest)?.[1];
  const identification = /\bid (\d+)/.exec(rest)?.[1];
  return {
    hopLimit: Number(hopLimit ?? 0),
    identification: Number(identification ?? -1),
    isAlone: rest.trimEnd().endsWith(")") && !SEGMENT.test(rest) && !OLD_SEGMENT.test(rest),
  };
}

/** The TCP segment in the rest of a line, or why there is none; `isIp` says that a line before it told of an IP header. */
export function parseTcpLine(
  rest: string,
  isIp: boolean,
  endpoints: ListedEndpoints,
): TcpLine | ListingSkipReason {
  const match = SEGMENT.exec(rest);
  const old = match === null ? OLD_SEGMENT.exec(rest) : null;
  if (match === null && old === null) return reasonOf(rest, isIp);
  const [, from = "", to = "", letters = "", details = ""] = match ?? old ?? [];
  const version = versionOf(rest);
  const source = endpointOf(from, version, endpoints);
  const destination = endpointOf(to, version, endpoints);
  const flags = flagsOf(letters);
  if (source === null || destination === null || flags === null) return "cut off";
  if (source.address.length !== destination.address.length) return "cut off";
  if (match !== null) return { source, destination, flags, ...parseDetails(details) };
  const hasAck = /\back \d/.test(details);
  return { source, destination, flags: hasAck ? flags | TCP_FLAG.ACK : flags, ...parseOldDetails(details) };
}

function reasonOf(rest: string, isIp: boolean): ListingSkipReason {
  if (QUIET_SEGMENT.test(rest)) return "no flags (tcpdump -q)";
  return isIp || /\bIP6?\b|ethertype IPv[46]/.test(rest) ? "not TCP" : "not IP";
}

/** Where tcpdump writes it. */
function versionOf(rest: string): 4 | 6 | null {
  if (/\bIP6\b|\bIPv6\b/.test(rest)) return 6;
  return /\bIP\b|\bIPv4\b/.test(rest) ? 4 : null;
}

/** The port stands behind the last dot. */
function endpointOf(text: string, version: 4 | 6 | null, endpoints: ListedEndpoints): ListedEndpoint | null {
  const dot = text.lastIndexOf(".");
  return dot < 0 ? null : endpoints.of(text.slice(0, dot), text.slice(dot + 1), version);
}

/** `none` is written for no flags; a list that the line's end cut off is not believed. */
function flagsOf(letters: string): number | null {
  try {
    return parseTcpFlags(letters);
  } catch (error) {
    if (error instanceof DecodeError) return null;
    throw error;
  }
}

/** Everything behind the flags; whatever a line that was cut short does not say is unknown. */
function parseDetails(details: string): Details {
  const sequence = /\bseq (\d+)(?::(\d+))?/.exec(details);
  const options = /\boptions \[([^\]]*)/.exec(details)?.[1] ?? "";
  const length = numberAfter(details, /\blength (\d+)/);
  const first = sequence?.[1] === undefined ? null : u32(sequence[1]);
  const span = sequence?.[2] === undefined || first === null ? 0 : (u32(sequence[2]) - first) >>> 0;
  return { ...common(details, options), sequence: first, payloadLength: length ?? span };
}

/** The form before tcpdump 4.1: `1:82(81) ack 1 win 502 <nop,nop,timestamp 7 9>`. */
function parseOldDetails(details: string): Details {
  const [, first, length] = /^(\d+):\d+\((\d+)\)/.exec(details) ?? [];
  const options = /<([^>]*)/.exec(details)?.[1] ?? "";
  return {
    ...common(details, options),
    sequence: first === undefined ? null : u32(first),
    payloadLength: Number(length ?? 0),
  };
}

function common(details: string, options: string): Omit<Details, "sequence" | "payloadLength"> {
  const timestamps = /\b(?:TS val (\d+) ecr|timestamp (\d+)) (\d+)/.exec(options);
  return {
    acknowledgment: numberAfter(details, /\back (\d+)/),
    window: numberAfter(details, /\bwin (\d+)/) ?? 0,
    timestampValue: timestamps === null ? -1 : u32(timestamps[1] ?? timestamps[2] ?? ""),
    timestampEcho: timestamps === null ? -1 : u32(timestamps[3] ?? ""),
    hasFastOpen: /\btfo\b/.test(options),
  };
}

function numberAfter(text: string, pattern: RegExp): number | null {
  const digits = pattern.exec(text)?.[1];
  return digits === undefined ? null : u32(digits);
}

/** A printed number, which may be a relative one below zero, printed unsigned. */
function u32(digits: string): number {
  return Number(digits) >>> 0;
}
