/**
 * One line of tcpdump's output, taken apart but not interpreted: `listing-clock.ts` knows what its time means, and
 * `listing-numbers.ts` its sequence numbers.
 *
 * @module
 */

import { DecodeError } from "../../../errors.ts";
import { parseIpAddress } from "../../ip-address.ts";
import { parseTcpFlags } from "../../packet/tcp-flags.ts";
import { addressOf, portOf } from "./services.ts";

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
  /** As printed; null where tcpdump prints none. */
  sequence: number | null;
  acknowledgment: number | null;
  window: number;
  payloadLength: number;
  timestampValue: number;
  timestampEcho: number;
  hasFastOpen: boolean;
}

/** An address of 4 or 16 bytes, a port, and both as they were printed. */
export interface ListedEndpoint {
  text: string;
  address: Uint8Array;
  port: number;
}

/** What `tcpdump -v` prints of the IP header. */
export interface ListedIpHeader {
  hopLimit: number;
  identification: number;
}

/** Why a line of a packet gives no segment. */
export type ListingSkipReason = "not TCP" | "not IP" | "a name instead of a number" | "cut off";

const TIME = /^(?:\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d\.\d{3,9}(?=\s)|^\d{1,12}\.\d{3,9}(?=\s)/;
/** `tcpdump -#` counts the packets before their times. */
const COUNT = /^\d+ {1,2}(?=\d\d:\d\d:|\d{4}-\d\d-|\d+\.\d|IP)/;
/** What the interface column of `-i any`, and then the first word of a packet, look like. */
const PACKET =
  /^(?:[\w.@:-]+ +(?:In|Out|B|M|P) +)?(?:IP6?|ARP|IP[46]?:|ethertype|[0-9a-f]{2}(?::[0-9a-f]{2}){5})\b/i;
const SEGMENT = /(\S+) > (\S+): Flags \[([^\]]*)\]?(.*)$/;

/** The beginning of a packet's line; null if the line is not of a packet. */
export function parseLineHead(line: string): LineHead | null {
  const text = line.trimStart().replace(COUNT, "");
  const time = TIME.exec(text)?.[0] ?? "";
  const rest = text.slice(time.length).trimStart();
  const isIndented = text.length < line.length;
  if (time === "" && (isIndented || !PACKET.test(rest) || !rest.includes(" > "))) return null;
  return { time, isIndented, rest };
}

/** What `-v` says of the IP header, or null. For IPv4 it closes the line, and the segment comes on the next. */
export function parseIpHeader(rest: string): (ListedIpHeader & { isAlone: boolean }) | null {
  const match = /(?:^| )IP6? \(([^>]*)/.exec(rest);
  if (match === null) return null;
  const hopLimit = /\b(?:ttl|hlim) (\d+)/.exec(rest)?.[1];
  const identification = /\bid (\d+)/.exec(rest)?.[1];
  return {
    hopLimit: Number(hopLimit ?? 0),
    identification: Number(identification ?? -1),
    isAlone: rest.trimEnd().endsWith(")") && !SEGMENT.test(rest),
  };
}

/** The TCP segment in the rest of a line, or why there is none; `isIp` says that a line before it told of an IP header. */
export function parseTcpLine(rest: string, isIp: boolean): TcpLine | ListingSkipReason {
  const match = SEGMENT.exec(rest);
  if (match === null) return isIp || /\bIP6?\b|ethertype IPv[46]/.test(rest) ? "not TCP" : "not IP";
  const [, from = "", to = "", letters = "", details = ""] = match;
  const version = versionOf(rest);
  const source = parseListedEndpoint(from, version);
  const destination = parseListedEndpoint(to, version);
  if (source === null || destination === null) return "a name instead of a number";
  const flags = flagsOf(letters);
  if (flags === null || source.address.length !== destination.address.length) return "cut off";
  return { source, destination, flags, ...parseDetails(details) };
}

/** Where tcpdump writes it. */
function versionOf(rest: string): 4 | 6 | null {
  if (/\bIP6\b|\bIPv6\b/.test(rest)) return 6;
  return /\bIP\b|\bIPv4\b/.test(rest) ? 4 : null;
}

function parseListedEndpoint(text: string, version: 4 | 6 | null): ListedEndpoint | null {
  const dot = text.lastIndexOf(".");
  const port = portOf(text.slice(dot + 1));
  const address = dot < 0 ? null : orNull(() => parseIpAddress(addressOf(text.slice(0, dot), version)));
  return port === null || address === null ? null : { text, address, port };
}

/** `none` is written for no flags; a list that the line's end cut off is not believed. */
function flagsOf(letters: string): number | null {
  return orNull(() => parseTcpFlags(letters));
}

function orNull<T>(parse: () => T): T | null {
  try {
    return parse();
  } catch (error) {
    if (error instanceof DecodeError) return null;
    throw error;
  }
}

/** Everything behind the flags; whatever a line that was cut short does not say is unknown. */
function parseDetails(details: string): Omit<TcpLine, "source" | "destination" | "flags"> {
  const sequence = /\bseq (\d+)(?::(\d+))?/.exec(details);
  const options = /\boptions \[([^\]]*)/.exec(details)?.[1] ?? "";
  const timestamps = /\bTS val (\d+) ecr (\d+)/.exec(options);
  const length = numberAfter(details, /\blength (\d+)/);
  const first = sequence?.[1] === undefined ? null : u32(sequence[1]);
  const span = sequence?.[2] === undefined || first === null ? 0 : (u32(sequence[2]) - first) >>> 0;
  return {
    sequence: first,
    acknowledgment: numberAfter(details, /\back (\d+)/),
    window: numberAfter(details, /\bwin (\d+)/) ?? 0,
    payloadLength: length ?? span,
    timestampValue: timestamps === null ? -1 : u32(timestamps[1] ?? ""),
    timestampEcho: timestamps === null ? -1 : u32(timestamps[2] ?? ""),
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
