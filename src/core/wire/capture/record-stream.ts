/**
 * Cuts a stream of chunks into records, wherever the chunks end. Records that lie whole in a chunk are parsed where they are;
 * only the one that straddles two chunks is copied, into a buffer that grows with the bytes that come, not with the length
 * that a damaged record claims.
 *
 * @module
 */

import { DecodeError } from "../../errors.ts";

/** What knows the records of a format. */
export interface RecordParser {
  /** What it reads, for errors. */
  readonly what: string;
  /** How many bytes the record needs at which `take` stopped, as far as its beginning tells. */
  readonly wanted: number;
  /**
   * Parses every whole record from `from` on and returns where the first one begins that is not whole, or `to`.
   *
   * @param offset of `from`, in bytes from the start of the capture, for errors
   * @throws {DecodeError} at a record that cannot be.
   */
  take(view: DataView, from: number, to: number, offset: number): number;
  /** @throws {DecodeError} SHORT if the capture ends within something that was passed over. */
  end?(): void;
}

/** Feeds a parser. */
export class RecordStream {
  readonly #parser: RecordParser;
  /** The beginning of a record whose rest has not come yet. */
  #carry = new Uint8Array(4096);
  #carried = 0;
  /** Bytes of the capture before what is carried, or before the next chunk. */
  #offset = 0;

  constructor(parser: RecordParser) {
    this.#parser = parser;
  }

  /** @throws {DecodeError} at a record that cannot be. */
  push(chunk: Uint8Array): void {
    const position = this.#finishCarried(chunk);
    if (this.#carried > 0) return;
    const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const taken = this.#parser.take(view, position, chunk.length, this.#offset);
    this.#offset += taken - position;
    this.#keep(chunk.subarray(taken));
  }

  /** @throws {DecodeError} SHORT if the last record is not whole. */
  end(): void {
    const { what, wanted } = this.#parser;
    this.#parser.end?.();
    if (this.#carried === 0) return;
    throw new DecodeError("SHORT", what, this.#offset, `need ${wanted} bytes, have ${this.#carried}`);
  }

  /** Adds to the carried record what it still needs; returns how much of the chunk that took. */
  #finishCarried(chunk: Uint8Array): number {
    let position = 0;
    while (this.#carried > 0 && position < chunk.length) {
      const missing = Math.max(1, this.#parser.wanted - this.#carried);
      const part = chunk.subarray(position, position + missing);
      this.#keep(part);
      position += part.length;
      if (part.length < missing) break;
      const view = new DataView(this.#carry.buffer);
      const taken = this.#parser.take(view, 0, this.#carried, this.#offset);
      this.#offset += taken;
      this.#carry.copyWithin(0, taken, this.#carried);
      this.#carried -= taken;
    }
    return position;
  }

  #keep(part: Uint8Array): void {
    const length = this.#carried + part.length;
    if (length > this.#carry.length) {
      const grown = new Uint8Array(length * 2);
      grown.set(this.#carry.subarray(0, this.#carried));
      this.#carry = grown;
    }
    this.#carry.set(part, this.#carried);
    this.#carried = length;
  }
}
