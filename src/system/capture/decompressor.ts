/**
 * The form that every decompressor has.
 *
 * @module
 */

/** Where bytes go. */
export interface ByteTarget {
  push(chunk: Uint8Array): void;
}

/** What stands between a file and a reader. */
export interface Decompressor {
  /** The chunk may be used again when the promise is fulfilled. Rejects with what the target throws. */
  push(chunk: Uint8Array): Promise<void>;
  /** What was wrong with the compressed data, or null; what could be decompressed has been handed on. */
  end(): Promise<string | null>;
}
