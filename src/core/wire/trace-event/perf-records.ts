/**
 * The ring in which perf_event_open hands out records: a header page with two counters, and a power of two of data bytes in
 * which a record may go over the end and continue at the beginning.
 *
 * @module
 */
import { DecodeError } from "../../errors.ts";

/** Where the counters stand in the header page. @kernel include/uapi/linux/perf_event.h perf_event_mmap_page v6.18 */
export const PERF_PAGE = { dataHead: 1024, dataTail: 1032 } as const;

/** @kernel include/uapi/linux/perf_event.h perf_event_type v6.18 */
const RECORD = { LOST: 2, SAMPLE: 9 } as const;
const HEADER_BYTES = 8;

/** Who is told of records, in the order in which they lie there. */
export interface PerfVisitor {
  /** A trace event's record and when it was written, in nanoseconds of the clock that was asked for. */
  sample(atNs: bigint, record: DataView): void;
  /** So many records found no room. */
  lost(count: number): void;
}

/**
 * Visits what lies between two counters of a ring. Samples are those of a sample type of TIME and RAW.
 *
 * @throws {DecodeError} where a record's length cannot be
 */
export function readPerfRecords(data: Uint8Array, from: bigint, to: bigint, visitor: PerfVisitor): void {
  for (let at = from; at < to; ) {
    const header = pieceOf(data, at, HEADER_BYTES);
    const size = header.getUint16(6, true);
    if (size < HEADER_BYTES || BigInt(size) > to - at)
      throw new DecodeError("BAD_VALUE", "perf record", Number(at), `a length from 8 expected, is ${size}`);
    visit(header.getUint32(0, true), pieceOf(data, at, size), visitor);
    at += BigInt(size);
  }
}

function visit(type: number, record: DataView, visitor: PerfVisitor): void {
  if (type === RECORD.LOST) visitor.lost(Number(record.getBigUint64(HEADER_BYTES + 8, true)));
  if (type !== RECORD.SAMPLE) return;
  const length = record.getUint32(HEADER_BYTES + 8, true);
  const begin = HEADER_BYTES + 12;
  if (begin + length > record.byteLength)
    throw new DecodeError("SHORT", "perf sample", begin, `${length} bytes expected`);
  const raw = new DataView(record.buffer, record.byteOffset + begin, length);
  visitor.sample(record.getBigUint64(HEADER_BYTES, true), raw);
}

/** A view where the bytes lie in one piece, else a copy. */
function pieceOf(data: Uint8Array, at: bigint, length: number): DataView {
  const begin = Number(at % BigInt(data.length));
  if (begin + length <= data.length) return new DataView(data.buffer, data.byteOffset + begin, length);
  const copy = new Uint8Array(length);
  const first = data.length - begin;
  copy.set(data.subarray(begin), 0);
  copy.set(data.subarray(0, length - first), first);
  return new DataView(copy.buffer);
}
