/**
 * Writes a capture again with comments on some of its packets: pcap or pcapng in, pcapng out, packet by packet. Bytes, times,
 * interfaces, link types and order stay; a packet's own comments and direction too. Other blocks and options are left out. A
 * packet without a time gets 0, because only blocks with a time can hold a comment.
 *
 * @module
 */

import { UsageError } from "../../errors.ts";
import { ByteWriter } from "../bytes.ts";
import type { CaptureInterface } from "./capture.ts";
import { capturePacketOf } from "./capture-packet.ts";
import { PacketReader } from "./packet-reader.ts";
import { encodeEnhancedPacket, encodeInterface, encodeSectionHeader } from "./pcapng-write.ts";
import type { PacketSink, RawPacket } from "./raw-packet.ts";

/** What to write, and where. */
export interface AnnotatorSpec {
  /** Who writes it, such as `listenq 1.0.0`. */
  application: string;
  /** The comment on the packet of that number, counted from 1 as `Segment.number` is, or null. */
  commentOf(number: number): string | null;
  /** Takes the file's next bytes, which are not touched again. */
  write(bytes: Uint8Array): void;
}

/** Bytes that are collected before they are written. */
const BATCH_BYTES = 64 * 1024;
const LATEST_NS = 0xffff_ffff_ffff_ffffn;

/** A text has no packets that could be written again. */
const NO_TEXT = {
  push(): never {
    throw new UsageError("a listing holds no packets to be annotated: a pcap or pcapng file expected");
  },
  end: (): void => undefined,
};

/** Annotates one capture. */
export class CaptureAnnotator implements PacketSink {
  readonly #spec: AnnotatorSpec;
  readonly #reader: PacketReader = new PacketReader(this, NO_TEXT);
  #writer = new ByteWriter();
  #packets = 0;

  constructor(spec: AnnotatorSpec) {
    this.#spec = spec;
    this.#writer.bytes(encodeSectionHeader(spec));
  }

  /** What was wrong with the capture where reading stopped, or null. */
  get problem(): string | null {
    return this.#reader.problem;
  }

  /**
   * The next bytes of the capture.
   *
   * @throws {DecodeError} if these are the first bytes, and of no capture.
   * @throws {UsageError} if they are of a listing.
   */
  push(chunk: Uint8Array): void {
    this.#reader.push(chunk);
  }

  /**
   * The capture is over: what is left is written.
   *
   * @throws {DecodeError} if it was empty, or of no known format, or ended within its first header.
   */
  end(problem: string | null = null): void {
    this.#reader.end(problem);
    this.#flush();
  }

  /** For the reader of the format that it holds. @internal */
  onInterface(description: CaptureInterface): void {
    this.#writer.bytes(encodeInterface(description));
  }

  /** For the reader of the format that it holds. @internal */
  onPacket(packet: RawPacket): void {
    this.#packets += 1;
    const kept = capturePacketOf(packet);
    const lines = [kept.comment, this.#spec.commentOf(this.#packets)].filter((line) => line !== null);
    const comment = lines.length === 0 ? null : lines.join("\n");
    const block = encodeEnhancedPacket({ ...kept, timeNs: writableTime(kept.timeNs), comment });
    this.#writer.bytes(block);
    if (this.#writer.length >= BATCH_BYTES) this.#flush();
  }

  #flush(): void {
    this.#spec.write(this.#writer.finish());
    this.#writer = new ByteWriter();
  }
}

/** The format has unsigned nanoseconds of 64 bits: from 1970 to 2554. */
function writableTime(timeNs: bigint | null): bigint {
  if (timeNs === null || timeNs < 0n) return 0n;
  return timeNs > LATEST_NS ? LATEST_NS : timeNs;
}
