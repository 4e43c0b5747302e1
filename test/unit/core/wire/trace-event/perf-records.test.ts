import { describe, expect, it } from "vitest";
import { readPerfRecords } from "../../../../../src/core/wire/trace-event/perf-records.ts";

/** A sample of TIME and RAW, as the kernel writes it: padded to eight bytes. */
function sample(atNs: bigint, raw: readonly number[]): Uint8Array {
  const size = 8 * Math.ceil((20 + raw.length) / 8);
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 9, true);
  view.setUint16(6, size, true);
  view.setBigUint64(8, atNs, true);
  view.setUint32(16, size - 20, true);
  bytes.set(raw, 20);
  return bytes;
}

function lost(count: bigint): Uint8Array {
  const bytes = new Uint8Array(24);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 2, true);
  view.setUint16(6, 24, true);
  view.setBigUint64(16, count, true);
  return bytes;
}

/** A ring of so many bytes with records put in from a place on. */
function ring(length: number, from: number, records: readonly Uint8Array[]) {
  const data = new Uint8Array(length);
  let at = from;
  for (const record of records) for (const byte of record) data[at++ % length] = byte;
  return { data, from: BigInt(from), to: BigInt(at) };
}

function read({ data, from, to }: ReturnType<typeof ring>) {
  const seen: (string | number)[] = [];
  readPerfRecords(data, from, to, {
    sample: (atNs, record) => seen.push(`${atNs}: ${record.getUint16(0, true)}`),
    lost: (count) => seen.push(count),
  });
  return seen;
}

describe("readPerfRecords", () => {
  const records = [sample(5n, [7, 0, 1, 1]), lost(3n), sample(6n, [8, 0, 2, 2])];

  it("visits samples and losses in their order", () => {
    expect(read(ring(256, 0, records))).toEqual(["5: 7", 3, "6: 8"]);
  });

  it("follows a record over the end of the ring, wherever the end falls", () => {
    for (let from = 0; from < 256; from += 8)
      expect(read(ring(256, from, records))).toEqual(["5: 7", 3, "6: 8"]);
  });

  it("refuses a length that cannot be", () => {
    const bad = ring(256, 0, [new Uint8Array(8)]);
    expect(() => read(bad)).toThrow("a length from 8 expected, is 0");
    expect(() => read({ ...ring(256, 0, records), to: 16n })).toThrow("a length");
  });
});
