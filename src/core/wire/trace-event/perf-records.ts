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
  // Thousands may lie there: places are numbers, as a ring's counters stay far below 2^53 bytes.
  const length = data.length;
  const ring = new DataView(data.buffer, data.byteOffset, length);
  const end = Number(to);
  for (let at = Number(from); at < end; ) {
    // Records begin at multiples of eight bytes, so no header goes over the end.
    const begin = at % length;
    const size = ring.getUint16(begin + 6, true);
    if (size < HEADER_BYTES || size > end - at)
      throw new DecodeError("BAD_VALUE", "perf record", at, `a length from 8 expected, is ${size}`);
    const isWhole = begin + size <= length;
    visit(isWhole ? ring : joined(data, begin, size), isWhole ? begin : 0, size, visitor);
    at += size;
  }
}

function visit(view: DataView, begin: number, size: number, visitor: PerfVisitor): void {
  const type = view.getUint32(begin, true);
  const body = begin + HEADER_BYTES;
  if (type === RECORD.LOST) visitor.lost(Number(view.getBigUint64(body + 8, true)));
  if (type !== RECORD.SAMPLE) return;
  const length = view.getUint32(body + 8, true);
  if (HEADER_BYTES + 12 + length > size)
    throw new DecodeError("SHORT", "perf sample", HEADER_BYTES + 12, `${length} bytes expected`);
  const raw = new DataView(view.buffer, view.byteOffset + body + 12, length);
  visitor.sample(view.getBigUint64(body, true), raw);
}

/** A record that goes over the end of the ring, in one piece. */
function joined(data: Uint8Array, begin: number, size: number): DataView {
  const copy = new Uint8Array(size);
  const first = data.length - begin;
  copy.set(data.subarray(begin), 0);
  copy.set(data.subarray(0, size - first), first);
  return new DataView(copy.buffer);
}
