/**
 * The front of every reader: finds out the format, hands the chunks to the parser for it, and stops at damage, keeping what
 * was wrong.
 *
 * @module
 */

import { DecodeError } from "../../errors.ts";
import type { CaptureInterface } from "./capture.ts";
import { type CaptureFormat, detectFormat, FORMAT_HEAD } from "./capture-format.ts";
import { PcapParser } from "./pcap-parser.ts";
import { PcapngParser } from "./pcapng-parser.ts";
import type { PacketSink } from "./raw-packet.ts";
import { RecordStream } from "./record-stream.ts";

/** What takes the bytes of a format. */
export interface ByteSink {
  push(chunk: Uint8Array): void;
  /** @throws {DecodeError} if the end comes too early. */
  end(): void;
}

/** Reads the packets of one capture, or hands its text on. */
export class PacketReader implements ByteSink {
  /** Null until it is known. */
  format: CaptureFormat | null = null;
  /** What was wrong where reading stopped, or null. */
  problem: string | null = null;
  readonly #sink: PacketSink;
  readonly #text: ByteSink;
  #parser: ByteSink | null = null;
  #hasInterface = false;
  #head = new Uint8Array(0);

  /** `text` takes the bytes of a capture that is text; it may throw a DecodeError if it does not want to. */
  constructor(sink: PacketSink, text: ByteSink) {
    this.#sink = sink;
    this.#text = text;
  }

  /** @throws {DecodeError} if these are the first bytes, and of no capture. */
  push(chunk: Uint8Array): void {
    if (this.problem !== null) return;
    if (this.#parser !== null) {
      this.#tryTo(this.#parser, chunk);
      return;
    }
    const missing = FORMAT_HEAD - this.#head.length;
    this.#head = Uint8Array.of(...this.#head, ...chunk.subarray(0, missing));
    if (this.#head.length === FORMAT_HEAD) this.#begin(chunk.subarray(missing));
  }

  /** @throws {DecodeError} if it was empty, or of no known format, or ended within its first header. */
  end(problem: string | null = null): void {
    if (this.#parser === null && this.#head.length === 0 && problem !== null) {
      throw new DecodeError("SHORT", "capture", 0, `nothing could be read of it (${problem})`);
    }
    if (this.#parser === null) this.#begin(new Uint8Array(0));
    if (this.problem === null && this.#parser !== null) this.#tryTo(this.#parser, null);
    this.problem ??= problem;
  }

  #begin(rest: Uint8Array): void {
    this.format = detectFormat(this.#head);
    this.#parser = this.#parserOf(this.format);
    this.#tryTo(this.#parser, this.#head);
    this.push(rest);
  }

  #parserOf(format: CaptureFormat): ByteSink {
    const sink = {
      onInterface: (description: CaptureInterface) => {
        this.#hasInterface = true;
        this.#sink.onInterface(description);
      },
      onPacket: this.#sink.onPacket.bind(this.#sink),
    };
    if (format === "pcap") return new RecordStream(new PcapParser(sink));
    return format === "pcapng" ? new RecordStream(new PcapngParser(sink)) : this.#text;
  }

  /** Damage behind the first header ends the reading; before it, nothing can be read at all. */
  #tryTo(parser: ByteSink, chunk: Uint8Array | null): void {
    try {
      if (chunk === null) parser.end();
      else parser.push(chunk);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      if (this.format !== "pcapng" && !this.#hasInterface) throw error;
      this.problem = error.message;
    }
  }
}
