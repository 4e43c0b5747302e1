/**
 * Any capture, as a stream of TCP segments: pcap, pcapng or tcpdump's text, told apart by content. Chunks go in, segments come
 * out; nothing but an unfinished record is kept. Decompressing and opening files is somebody else's work (`src/system/capture`).
 *
 *     const reader = new CaptureReader({ onSegment: (segment) => ports.add(segment.destinationPort) });
 *     for await (const chunk of stream) reader.push(chunk);
 *     reader.end();
 *     console.log(reader.facts().packets);
 *
 * @module
 */

import { DecodeError } from "../../errors.ts";
import { beginsWithEthernet, type DropAlert, decodeDropAlerts } from "../netlink/net-drop-monitor.ts";
import { FrameParser } from "../packet/decode/frame-parser.ts";
import { LINK_TYPE, linkTypeName } from "../packet/link-type.ts";
import type { Segment } from "../packet/segment.ts";
import type { CaptureInterface } from "./capture.ts";
import { CaptureCounts, type CaptureFacts, type CaptureSkipReason } from "./capture-facts.ts";
import { type LineSkipReason, ListingParser, type ListingSink } from "./listing/listing-parser.ts";
import { PacketReader } from "./packet-reader.ts";
import type { PacketSink, RawPacket } from "./raw-packet.ts";

/** Who takes the segments. */
export interface SegmentSink {
  /** The same object each time: copy what is to be kept. */
  onSegment(segment: Segment): void;
  /** A packet, by its number, that is no segment; lines of a listing that are of no packet have the number 0. */
  onSkipped?(reason: CaptureSkipReason, number: number): void;
  /** A segment that the capturing kernel threw away, and why; null on a kernel that does not say. The same object each time. */
  onDropped?(segment: Segment, reason: string | null): void;
}

/** Reads one capture. */
export class CaptureReader implements PacketSink, ListingSink {
  readonly #sink: SegmentSink;
  readonly #reader: PacketReader;
  readonly #listing: ListingParser;
  readonly #parser = new FrameParser();
  readonly #counts = new CaptureCounts();
  readonly #interfaces: CaptureInterface[] = [];
  #segments = 0;

  constructor(sink: SegmentSink) {
    this.#sink = sink;
    this.#listing = new ListingParser(this);
    this.#reader = new PacketReader(this, this.#listing);
  }

  /**
   * The next bytes of the capture, of any number. They may be used again afterwards. After damage the rest is ignored.
   *
   * @throws {DecodeError} if these are the first bytes, and of no capture.
   */
  push(chunk: Uint8Array): void {
    this.#reader.push(chunk);
  }

  /**
   * The capture is over; `problem` says why too early, where the caller knows.
   *
   * @throws {DecodeError} if it was empty, or of no known format, or ended within its first header, or nothing of its packets could be understood.
   */
  end(problem: string | null = null): void {
    this.#reader.end(problem);
    const refusal = this.#segments === 0 ? this.#refusal() : null;
    if (refusal !== null) throw new DecodeError("UNKNOWN_FORMAT", "capture", 0, refusal);
  }

  /** Why nothing of the packets could be understood, and what to do; null if something else than their form explains it. */
  #refusal(): string | null {
    const [most] = [...this.#counts.skipped].sort((one, other) => other.count - one.count);
    if (most?.reason === "unknown link type") {
      const names = [...new Set(this.#interfaces.map(({ linkType }) => linkTypeName(linkType)))];
      return `packets of ${names.join(", ")} cannot be read; capture on another interface, or with tcpdump -y EN10MB`;
    }
    if (this.#interfaces.some(({ linkType }) => linkType === LINK_TYPE.NETLINK))
      return "no TCP packet that the kernel dropped is among its netlink messages; write it with dwdump of dropwatch";
    if (most?.reason === "cut off" && this.#reader.format !== "tcpdump text")
      return "every packet is cut off before the end of its TCP header; capture with tcpdump -s 128 or more";
    if (most?.reason === "encrypted") return "its wireless frames are encrypted; capture at one of the ends";
    return null;
  }

  /** What is known of the capture so far. */
  facts(): CaptureFacts {
    const { packets, firstTimeNs, lastTimeNs, skipped } = this.#counts;
    const { format, problem } = this.#reader;
    const hasDate = format === "tcpdump text" ? this.#listing.hasDate : firstTimeNs !== 0n;
    return {
      format,
      interfaces: this.#interfaces,
      packets,
      firstTimeNs: hasDate ? firstTimeNs : null,
      lastTimeNs: hasDate ? lastTimeNs : null,
      skipped,
      problem,
      aliases: format === "tcpdump text" ? this.#listing.aliases : null,
    };
  }

  /** For the reader of the format that it holds. @internal */
  onInterface(description: CaptureInterface): void {
    this.#interfaces.push(description);
  }

  /** For the reader of the format that it holds. @internal */
  onPacket(packet: RawPacket): void {
    const at = this.#counts.count(packet.seconds, packet.nanoseconds);
    const { view, start, end, originalLength, linkType } = packet;
    if (linkType === LINK_TYPE.NETLINK) {
      this.#onNetlink(new Uint8Array(view.buffer, view.byteOffset + start, end - start), at);
      return;
    }
    const reason = this.#parser.parse(view, start, end, originalLength, linkType);
    if (reason !== null) {
      this.#skip(reason);
      return;
    }
    const segment = this.#parser.segment;
    segment.interface = packet.interface;
    this.#hand(segment, at);
  }

  /** For the reader of the format that it holds. @internal */
  onListed(segment: Segment, seconds: number, nanoseconds: number): void {
    this.#hand(segment, this.#counts.count(seconds, nanoseconds));
  }

  /** For the reader of the format that it holds. @internal */
  onUnlisted(reason: LineSkipReason, seconds: number, nanoseconds: number): void {
    this.#counts.count(seconds, nanoseconds);
    this.#skip(reason);
  }

  /** For the reader of the format that it holds. @internal */
  onProse(reason: LineSkipReason): void {
    this.#counts.skip(reason);
    this.#sink.onSkipped?.(reason, 0);
  }

  /** A packet of the drop monitor's is no packet that arrived: whoever counts those must not be given it. */
  #onNetlink(bytes: Uint8Array, at: number): void {
    const alerts = alertsOrNull(bytes);
    if (alerts === null) this.#skip("malformed");
    else if (alerts.length === 0) this.#skip("not IP");
    for (const alert of alerts ?? []) this.#onDropped(alert, at);
  }

  #onDropped(alert: DropAlert, at: number): void {
    const { payload, originalLength, reason } = alert;
    const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
    const link = beginsWithEthernet(alert) ? LINK_TYPE.ETHERNET : LINK_TYPE.RAW;
    const skipped = this.#parser.parse(view, 0, payload.length, originalLength, link);
    if (skipped !== null) {
      this.#skip(skipped);
      return;
    }
    const segment = this.#numbered(this.#parser.segment, at);
    this.#sink.onDropped?.(segment, reason);
  }

  #hand(segment: Segment, at: number): void {
    this.#sink.onSegment(this.#numbered(segment, at));
  }

  #numbered(segment: Segment, at: number): Segment {
    this.#segments += 1;
    segment.number = this.#counts.packets;
    segment.at = at;
    return segment;
  }

  #skip(reason: CaptureSkipReason): void {
    this.#counts.skip(reason);
    this.#sink.onSkipped?.(reason, this.#counts.packets);
  }
}

function alertsOrNull(bytes: Uint8Array): DropAlert[] | null {
  try {
    return decodeDropAlerts(bytes);
  } catch (error) {
    if (error instanceof DecodeError) return null;
    throw error;
  }
}
