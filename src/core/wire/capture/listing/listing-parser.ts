/**
 * Text output of tcpdump, tshark and Wireshark, also pasted from a terminal, a mail or a web page: prompts, blank lines and
 * prose between the lines of packets are passed over and counted. A packet's number counts the lines of packets.
 *
 * @module
 */

import { DecodeError } from "../../../errors.ts";
import { emptySegment, type Segment } from "../../packet/segment.ts";
import { cleanLine } from "./clean-line.ts";
import { foreignFormOf } from "./foreign-form.ts";
import { LineJoiner } from "./line-joiner.ts";
import { LineSplitter } from "./line-splitter.ts";
import { type ListedAliases, type ListedEndpoint, ListedEndpoints } from "./listed-endpoint.ts";
import { type Counting, ListingClock, parseTime } from "./listing-clock.ts";
import {
  isSecondLine,
  type ListedIpHeader,
  type ListingSkipReason,
  parseIpHeader,
  parseLineHead,
  parseTcpLine,
  type TcpLine,
} from "./listing-line.ts";
import { ListingNumbers } from "./listing-numbers.ts";
import { refusalOf } from "./listing-refusal.ts";
import { parseWiresharkLine, WiresharkConnections, type WiresharkLine } from "./wireshark-line.ts";

/** Why a line gives no segment; the first two are not of packets. */
export type LineSkipReason = "blank line" | "not a packet's line" | ListingSkipReason | "no ports (tshark)";

/** Who takes what the lines hold. */
export interface ListingSink {
  /** A segment without number and `at`. The time is NaN where the line has none. */
  onListed(segment: Segment, seconds: number, nanoseconds: number): void;
  /** A packet's line without a segment. */
  onUnlisted(reason: LineSkipReason, seconds: number, nanoseconds: number): void;
  /** A line that is of no packet. */
  onProse(reason: LineSkipReason): void;
}

/** A text of another program gives itself away within so many lines. */
const MOST_LOOKED_AT = 60;
/** After so many lines that only rise, times from zero on count from the first packet. */
const MOST_UNDECIDED = 100;
const NS_PER_SECOND = 1e9;

/** Parses one listing, or several that were pasted one after the other. */
export class ListingParser {
  readonly #sink: ListingSink;
  readonly #segment = emptySegment();
  readonly #joiner = new LineJoiner((line) => this.#takeLine(line));
  readonly #lines = new LineSplitter((line) => this.#joiner.push(cleanLine(line)));
  readonly #clock = new ListingClock();
  readonly #endpoints = new ListedEndpoints();
  readonly #wireshark = new WiresharkConnections(this.#endpoints);
  #numbers = new ListingNumbers();
  /** `-v` prints the IP header on a line of its own, before the line with the segment. */
  #ipHeader: ListedIpHeader | null = null;
  /** Lines since a first time of zero, until it is known how the listing counts. */
  #undecided: string[] | null = null;
  #latestNs = 0;
  /** Of those lines, how many have a later time than the one before, and how many the same one. */
  #rises = 0;
  #repeats = 0;
  #segments = 0;
  readonly #reasons = new Map<LineSkipReason, number>();
  /** What refuses the text if it is another program's; and how many lines were looked at for that. */
  #foreignForm: string | null = null;
  #lookedAt = 0;
  /** Whether a line was met that only tcpdump prints, though of no packet. */
  #sawTcpdump = false;

  constructor(sink: ListingSink) {
    this.#sink = sink;
  }

  /** Whether the times have a date. */
  get hasDate(): boolean {
    return this.#clock.hasDate;
  }

  /** The names that stand in the listing instead of numbers. */
  get aliases(): ListedAliases {
    return this.#endpoints;
  }

  /** @throws {DecodeError} at a line that makes the whole listing worthless. */
  push(chunk: Uint8Array): void {
    this.#lines.push(chunk);
  }

  /** @throws {DecodeError} UNKNOWN_FORMAT if no segment could be read; its message names the form and what to do. */
  end(): void {
    this.#lines.end();
    this.#joiner.end();
    this.#decide(this.#likelyCounting());
    this.#dropIpHeader();
    const isEmpty = this.#sawTcpdump && this.#reasons.size === 0;
    if (this.#segments > 0 || isEmpty) return;
    if (this.#foreignForm !== null) throw new DecodeError("UNKNOWN_FORMAT", "text", 0, this.#foreignForm);
    throw refusal(this.#reasons);
  }

  #takeLine(line: string): void {
    if (this.#segments === 0 && this.#lookedAt < MOST_LOOKED_AT) {
      this.#lookedAt += 1;
      this.#foreignForm ??= foreignFormOf(line);
    }
    if (
      this.#undecided === null &&
      this.#segments === 0 &&
      this.#clock.counting === null &&
      beginsAtZero(line)
    )
      this.#undecided = [];
    if (this.#undecided === null) this.#takeDecided(line);
    else this.#defer(line, this.#undecided);
  }

  /** A time that falls is a difference. */
  #defer(line: string, undecided: string[]): void {
    undecided.push(line);
    const ns = nsOf(line);
    if (ns !== null && ns < this.#latestNs) this.#decide("difference");
    else if (undecided.length >= MOST_UNDECIDED) this.#decide(this.#likelyCounting());
    else if (ns !== null) {
      if (ns > this.#latestNs) this.#rises += 1;
      else if (ns > 0) this.#repeats += 1;
      this.#latestNs = ns;
    }
  }

  /** Packets at one moment are rare, and packets at one distance are what a program sends that waits as long each time. */
  #likelyCounting(): Counting {
    return this.#repeats > this.#rises ? "difference" : "elapsed";
  }

  #decide(counting: Counting): void {
    const lines = this.#undecided;
    if (lines === null) return;
    this.#undecided = null;
    this.#clock.counting = counting;
    for (const line of lines) this.#takeDecided(line);
  }

  #takeDecided(line: string): void {
    if (this.#ipHeader !== null && isSecondLine(line)) {
      this.#takePacket(line, this.#ipHeader);
      this.#ipHeader = null;
      return;
    }
    this.#dropIpHeader();
    const wireshark = parseWiresharkLine(line);
    if (wireshark !== null) this.#takeWireshark(wireshark);
    else this.#takeTcpdump(line);
  }

  #takeTcpdump(line: string): void {
    const head = parseLineHead(line);
    if (head === null) {
      this.#takeProse(line);
      return;
    }
    this.#clock.read(head.time);
    const header = parseIpHeader(head.rest);
    if (head.time !== "" && !/[.,]/.test(head.time)) this.#skip("no fractions of seconds");
    else if (header?.isAlone === true) this.#ipHeader = header;
    else this.#takePacket(head.rest, header);
  }

  #takeWireshark(line: WiresharkLine): void {
    this.#clock.read(line.time);
    const parsed = this.#wireshark.segmentOf(line);
    if (parsed === "no ports (tshark)") throw refusal(new Map([[parsed, 1]]));
    if (typeof parsed === "string") this.#skip(parsed);
    else this.#hand(parsed, null);
  }

  /** A header whose segment did not come. */
  #dropIpHeader(): void {
    if (this.#ipHeader === null) return;
    this.#ipHeader = null;
    this.#skip("cut off");
  }

  #takePacket(text: string, header: ListedIpHeader | null): void {
    const parsed = parseTcpLine(text, header !== null, this.#endpoints);
    if (typeof parsed === "string") this.#skip(parsed);
    else this.#hand(parsed, header);
  }

  #hand(line: TcpLine, header: ListedIpHeader | null): void {
    this.#segments += 1;
    fill(this.#segment, line, header);
    const { sequence, acknowledgment } = this.#numbers.resolve(line);
    this.#segment.sequence = sequence;
    this.#segment.acknowledgment = acknowledgment;
    this.#sink.onListed(this.#segment, this.#clock.seconds, this.#clock.nanoseconds);
  }

  #skip(reason: LineSkipReason): void {
    this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + 1);
    this.#sink.onUnlisted(reason, this.#clock.seconds, this.#clock.nanoseconds);
  }

  /** A new run of tcpdump begins to count sequence numbers anew. */
  #takeProse(line: string): void {
    this.#sink.onProse(line.trim() === "" ? "blank line" : "not a packet's line");
    if (!/^(?:tcpdump: )?listening on |^reading from file /.test(line)) return;
    this.#sawTcpdump = true;
    this.#numbers = new ListingNumbers();
  }
}

function refusal(reasons: ReadonlyMap<LineSkipReason, number>): DecodeError {
  return new DecodeError("UNKNOWN_FORMAT", "text", 0, refusalOf(reasons));
}

/** Whether the first time of a listing is one that counts from zero on: tcpdump prints a blank before it. */
function beginsAtZero(line: string): boolean {
  if (nsOf(line) !== 0) return false;
  return parseWiresharkLine(line) !== null || parseLineHead(line)?.isIndented === true;
}

/** The time of a packet's line, in nanoseconds from wherever the listing counts; null without one. */
function nsOf(line: string): number | null {
  const time = parseTime(parseWiresharkLine(line)?.time ?? parseLineHead(line)?.time ?? "");
  return time === null ? null : time.seconds * NS_PER_SECOND + time.nanoseconds;
}

function fill(segment: Segment, line: TcpLine, header: ListedIpHeader | null): void {
  segment.ipVersion = line.source.address.length === 4 ? 4 : 6;
  fillAddresses(segment, line.source, line.destination);
  segment.flags = line.flags;
  segment.payloadLength = line.payloadLength;
  segment.window = line.window;
  segment.hopLimit = header?.hopLimit ?? 0;
  segment.identification = header?.identification ?? -1;
  segment.timestampValue = line.timestampValue;
  segment.timestampEcho = line.timestampEcho;
  segment.hasFastOpen = line.hasFastOpen;
}

function fillAddresses(segment: Segment, source: ListedEndpoint, destination: ListedEndpoint): void {
  const [from, to] = [wordsOf(source.address), wordsOf(destination.address)];
  segment.source0 = from.getInt32(0);
  segment.source1 = from.getInt32(4);
  segment.source2 = from.getInt32(8);
  segment.source3 = from.getInt32(12);
  segment.destination0 = to.getInt32(0);
  segment.destination1 = to.getInt32(4);
  segment.destination2 = to.getInt32(8);
  segment.destination3 = to.getInt32(12);
  segment.sourcePort = source.port;
  segment.destinationPort = destination.port;
}

/** 16 bytes; an IPv4 address is in the last four. */
function wordsOf(address: Uint8Array): DataView {
  const words = new Uint8Array(16);
  words.set(address, 16 - address.length);
  return new DataView(words.buffer);
}
