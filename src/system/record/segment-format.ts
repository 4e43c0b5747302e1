/**
 * The bytes of a recording: a file is a header and then intervals, each with its length, its time and a checksum, so that a
 * file that ends anywhere is readable up to its last whole interval. `docs/record.md` describes it; a reader refuses a
 * version that it does not know. Which files there are is `recorder.ts`.
 *
 *     file header                offset
 *       "LISTENQR"               0
 *       u32 version, 2           8
 *       u32 0                    12
 *     interval                   offset
 *       "LQIV"                   0
 *       u32 bytes of the body    4
 *       u32 CRC-32 of what follows this field, body included   8
 *       f64 milliseconds since 1970   12
 *       body: a sample as JSON, deflated (RFC 1951)            20
 *
 * Numbers are little-endian.
 *
 * @module
 */
import { crc32, deflateRawSync, inflateRawSync } from "node:zlib";
import { DecodeError } from "../../core/errors.ts";
import type { Sample } from "../../core/listener/sample/sample.ts";

const FILE_MAGIC = "LISTENQR";
const INTERVAL_MAGIC = "LQIV";
const VERSION = 2;
const FILE_HEADER_BYTES = 16;
const INTERVAL_HEADER_BYTES = 20;
/** Where the checksummed part of an interval begins. */
const CHECKED_FROM = 12;
/** Recording must not cost more than looking; the fastest level already takes nine tenths away. */
const LEVEL = 1;

/** The bytes with which a file begins. */
export function encodeFileHeader(): Buffer {
  const bytes = Buffer.alloc(FILE_HEADER_BYTES);
  bytes.write(FILE_MAGIC, "latin1");
  bytes.writeUInt32LE(VERSION, 8);
  return bytes;
}

/** One interval. */
export function encodeInterval(sample: Sample): Buffer {
  const body = deflateRawSync(JSON.stringify(sample), { level: LEVEL });
  const bytes = Buffer.alloc(INTERVAL_HEADER_BYTES + body.length);
  bytes.write(INTERVAL_MAGIC, "latin1");
  bytes.writeUInt32LE(body.length, 4);
  bytes.writeDoubleLE(Date.parse(sample.takenAt), CHECKED_FROM);
  body.copy(bytes, INTERVAL_HEADER_BYTES);
  bytes.writeUInt32LE(crc32(bytes.subarray(CHECKED_FROM)), 8);
  return bytes;
}

/** An interval that is whole, not yet unpacked. */
export interface StoredInterval {
  /** Milliseconds since 1970. */
  readonly takenAtMs: number;
  /** Bytes from the start of the file. */
  readonly offset: number;
  readonly body: Uint8Array;
}

/** What a file holds. */
export interface SegmentContents {
  readonly intervals: readonly StoredInterval[];
  /** The first place that is not readable; a file that was being written when its writer was killed ends so. */
  readonly damage: string | null;
}

/**
 * Finds the whole intervals of a file, in order. Behind a damage it goes on with the next interval that is whole.
 *
 * @throws {DecodeError} if it is no recording, or of another version
 */
export function readSegment(bytes: Buffer): SegmentContents {
  if (bytes.length < FILE_HEADER_BYTES) return { intervals: [], damage: "it ends within its header" };
  checkHeader(bytes);
  const intervals: StoredInterval[] = [];
  let firstDamage: string | null = null;
  let offset = FILE_HEADER_BYTES;
  while (offset < bytes.length) {
    const damage = damageAt(bytes, offset);
    if (damage !== null) {
      firstDamage ??= `${damage} at byte ${offset}`;
      offset = nextWhole(bytes, offset + 1);
      continue;
    }
    const end = offset + INTERVAL_HEADER_BYTES + bytes.readUInt32LE(offset + 4);
    const takenAtMs = bytes.readDoubleLE(offset + CHECKED_FROM);
    intervals.push({ takenAtMs, offset, body: bytes.subarray(offset + INTERVAL_HEADER_BYTES, end) });
    offset = end;
  }
  return { intervals, damage: firstDamage };
}

/** Where the next whole interval begins; the end of the file if none does. */
function nextWhole(bytes: Buffer, from: number): number {
  let offset = bytes.indexOf(INTERVAL_MAGIC, from, "latin1");
  while (offset >= 0 && damageAt(bytes, offset) !== null)
    offset = bytes.indexOf(INTERVAL_MAGIC, offset + 1, "latin1");
  return offset < 0 ? bytes.length : offset;
}

/** The sample of an interval whose checksum was right. */
export function unpackInterval({ body }: StoredInterval): Sample {
  return JSON.parse(inflateRawSync(body).toString("utf8")) as Sample;
}

function checkHeader(bytes: Buffer): void {
  if (bytes.toString("latin1", 0, FILE_MAGIC.length) !== FILE_MAGIC)
    throw new DecodeError("UNKNOWN_FORMAT", "recording", 0, `must begin with ${FILE_MAGIC}`);
  const version = bytes.readUInt32LE(8);
  if (version !== VERSION)
    throw new DecodeError("UNKNOWN_FORMAT", "recording", 8, `version ${VERSION} expected, is ${version}`);
}

function damageAt(bytes: Buffer, offset: number): string | null {
  const left = bytes.length - offset;
  if (left < INTERVAL_HEADER_BYTES) return "an interval is cut off";
  if (bytes.toString("latin1", offset, offset + 4) !== INTERVAL_MAGIC) return "no interval begins";
  const length = INTERVAL_HEADER_BYTES + bytes.readUInt32LE(offset + 4);
  if (length > left) return "an interval is cut off";
  const isRight =
    crc32(bytes.subarray(offset + CHECKED_FROM, offset + length)) === bytes.readUInt32LE(offset + 8);
  return isRight ? null : "an interval has a wrong checksum";
}
