/**
 * Compressed captures, told by their first bytes: gzip and zstd. Only what is around the capture is taken off: a compressed
 * file in a compressed file is an error that the reader names.
 *
 * @module
 */
import type { ByteTarget, Decompressor } from "./decompressor.ts";
import { Gunzip } from "./gunzip.ts";
import { Unzstd } from "./unzstd.ts";

/** So many bytes tell the compression, and how much memory zstd would take. */
export const MAGIC_BYTES = 6;

/** What takes off the compression of a file that begins so: nothing at all for a plain one. */
export function decompressorOf(head: Uint8Array, target: ByteTarget): Decompressor {
  if (head[0] === 0x1f && head[1] === 0x8b) return new Gunzip(target);
  if (head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd) return new Unzstd(target);
  return {
    push: async (chunk) => target.push(chunk),
    end: async () => null,
  };
}
