/**
 * tcpdump's text output, also pasted from a terminal or a web page: prompts, blank lines and prose between the lines of packets
 * are passed over and counted. A packet's number counts the lines of packets.
 *
 * @module
 */

import { emptySegment, type Segment } from "../../packet/segment.ts";
import { LineSplitter } from "./line-splitter.ts";
import { ListingClock } from "./listing-clock.ts";
import {
  type LineHead,
  type ListedEndpoint,
  type ListedIpHeader,
  type ListingSkipReason,
  parseIpHeader,
  parseLineHead,
  parseTcpLine,
  type TcpLine,
} from "./listing-line.ts";
import { ListingNumbers } from "./listing-numbers.ts";

/** Why a line gives no segment; the first two are not of packets. */
export type LineSkipReason = "blank line" | "not a packet's line" | ListingSkipReason;

/** Who takes what the lines hold. */
export interface ListingSink {
  /** A segment without number and `at`. The time is NaN where the line has none. */
  onListed(segment: Segment, seconds: number, nanoseconds: number): void;
  /** A packet's line without a segment. */
  onUnlisted(reason: LineSkipReason, seconds: number, nanoseconds: number): void;
  /** A line that is of no packet. */
  onProse(reason: LineSkipReason): void;
}

/** Parses one listing, or several that were pasted one after the other. */
export class ListingParser {
  /** Whether a line was met that only tcpdump prints, though of no packet. */
  sawTcpdump = false;
  readonly #sink: ListingSink;
  readonly #segment = emptySegment();
  readonly #lines = new LineSplitter((line) => this.#takeLine(line));
  readonly #clock = new ListingClock();
  #numbers = new ListingNumbers();
  /** `-v` prints the IP header on a line of its own, before the line with the segment. */
  #ipHeader: ListedIpHeader | null = null;

  constructor(sink: ListingSink) {
    this.#sink = sink;
  }

  /** Whether the times have a date. */
  get hasDate(): boolean {
    return this.#clock.hasDate;
  }

  push(chunk: Uint8Array): void {
    this.#lines.push(chunk);
  }

  end(): void {
    this.#lines.end();
    this.#dropIpHeader();
  }

  #takeLine(line: string): void {
    if (this.#ipHeader !== null && /^\s+\S+ > \S+: /.test(line)) {
      this.#takePacket(line, this.#ipHeader);
      this.#ipHeader = null;
      return;
    }
    this.#dropIpHeader();
    const head = parseLineHead(line);
    if (head === null) this.#takeProse(line);
    else this.#takeHead(head);
  }

  #takeHead({ time, isIndented, rest }: LineHead): void {
    this.#clock.read(time, isIndented);
    const header = parseIpHeader(rest);
    if (header?.isAlone === true) this.#ipHeader = header;
    else this.#takePacket(rest, header);
  }

  /** A header whose segment did not come. */
  #dropIpHeader(): void {
    if (this.#ipHeader === null) return;
    this.#ipHeader = null;
    this.#sink.onUnlisted("cut off", this.#clock.seconds, this.#clock.nanoseconds);
  }

  #takePacket(text: string, header: ListedIpHeader | null): void {
    const { seconds, nanoseconds } = this.#clock;
    const parsed = parseTcpLine(text, header !== null);
    if (typeof parsed === "string") {
      this.#sink.onUnlisted(parsed, seconds, nanoseconds);
      return;
    }
    fill(this.#segment, parsed, header);
    const { sequence, acknowledgment } = this.#numbers.resolve(parsed);
    this.#segment.sequence = sequence;
    this.#segment.acknowledgment = acknowledgment;
    this.#sink.onListed(this.#segment, seconds, nanoseconds);
  }

  /** A new run of tcpdump begins to count sequence numbers anew. */
  #takeProse(line: string): void {
    this.#sink.onProse(line.trim() === "" ? "blank line" : "not a packet's line");
    if (!/^(?:tcpdump: )?listening on |^reading from file /.test(line)) return;
    this.sawTcpdump = true;
    this.#numbers = new ListingNumbers();
  }
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
