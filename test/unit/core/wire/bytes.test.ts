import { describe, expect, it } from "vitest";
import {
  nlmsgAlign,
  nlmsgHdrlen,
  nlmsgLength,
  nlmsgSpace,
  rtaAlign,
  rtaLength,
  rtaSpace,
} from "../../../../src/core/wire/align.ts";
import {
  ByteReader,
  ByteWriter,
  decodeCString,
  decodeText,
  encodeCString,
} from "../../../../src/core/wire/bytes.ts";
import { hex, toHex } from "./hex.ts";

describe("ByteReader", () => {
  it("reads host order as little endian and network order as big endian", () => {
    const reader = new ByteReader(hex("01 0203 0203 04050607 04050607 0102030405060708 ffffffff"), "test");
    expect(reader.u8()).toBe(1);
    expect(reader.u16()).toBe(0x0302);
    expect(reader.u16be()).toBe(0x0203);
    expect(reader.u32()).toBe(0x07060504);
    expect(reader.u32be()).toBe(0x04050607);
    expect(reader.u64()).toBe(0x0807060504030201n);
    expect(reader.i32()).toBe(-1);
    expect(reader.remaining).toBe(0);
  });

  it("reads host order as big endian where it is told to", () => {
    const reader = new ByteReader(hex("0203 04050607 0102030405060708 fffffffffffffffe"), "test", 0, "big");
    expect([reader.u16(), reader.u32(), reader.u64(), reader.i64()]).toEqual([
      0x0203,
      0x04050607,
      0x0102030405060708n,
      -2n,
    ]);
  });

  it("names the structure, its place, and what is missing", () => {
    const reader = new ByteReader(hex("010203"), "inet_diag_msg", 16);
    reader.skip(1);
    expect(() => reader.u32()).toThrow("inet_diag_msg at 16: need 5 bytes, have 3");
    expect(() => reader.bytes(3)).toThrow(
      expect.objectContaining({ code: "SHORT", what: "inet_diag_msg", offset: 16 }),
    );
    expect(() => reader.skip(-1)).toThrow(expect.objectContaining({ code: "SHORT" }));
  });

  it("stays where it was after a failed read and after a peek", () => {
    const reader = new ByteReader(hex("0a0b"), "test", 100);
    expect(() => reader.u32()).toThrow();
    expect(reader.peek(2)).toEqual(hex("0a0b"));
    expect(reader.offset).toBe(100);
    expect(reader.rest()).toEqual(hex("0a0b"));
    expect(reader.offset).toBe(102);
  });
});

describe("ByteWriter", () => {
  it("writes each integer in its order", () => {
    const writer = new ByteWriter().u8(1).u16(0x0302).u16be(0x0203).u32(0x07060504).u32be(0x04050607).u64(1n);
    expect(toHex(writer.finish())).toBe("010203020304050607040506070100000000000000");
  });

  it("keeps what it wrote while it grows, whichever write makes it grow", () => {
    for (let before = 120; before <= 130; before++) {
      const bytes = new ByteWriter().zeros(before).u64(0x1122334455667788n).u32be(0xdeadbeef).finish();
      expect(toHex(bytes)).toBe(`${"00".repeat(before)}8877665544332211deadbeef`);
    }
    expect(new ByteWriter().bytes(new Uint8Array(1000).fill(7)).finish()).toEqual(
      new Uint8Array(1000).fill(7),
    );
  });

  it("aligns only what is not aligned", () => {
    expect(toHex(new ByteWriter().u8(1).align(4).align(4).finish())).toBe("01000000");
  });

  it("refuses a value that its field cannot hold", () => {
    const writer = new ByteWriter();
    expect(() => writer.u8(256)).toThrow(RangeError);
    expect(() => writer.u16be(-1)).toThrow(RangeError);
    expect(() => writer.u32(2 ** 32)).toThrow(RangeError);
    expect(() => writer.u32(1.5)).toThrow(RangeError);
    expect(() => writer.u64(-1n)).toThrow(RangeError);
  });
});

describe("texts", () => {
  it("end at the first NUL, if there is one", () => {
    expect(decodeCString(hex("6c6f0000ff"))).toBe("lo");
    expect(decodeCString(hex("6c6f"))).toBe("lo");
    expect(encodeCString("lo")).toEqual(hex("6c6f00"));
  });

  it("keep a byte order mark and survive what is not UTF-8", () => {
    expect(decodeText(hex("efbbbf41"))).toBe("\ufeffA");
    expect(decodeText(hex("ff41"))).toBe("\ufffdA");
  });
});

describe("the alignment macros", () => {
  it("give what the kernel's give", () => {
    expect([0, 1, 4, 5].map(nlmsgAlign)).toEqual([0, 4, 4, 8]);
    expect(nlmsgHdrlen()).toBe(16);
    expect([nlmsgLength(5), nlmsgSpace(5)]).toEqual([21, 24]);
    expect([rtaAlign(6), rtaLength(6), rtaSpace(6)]).toEqual([8, 10, 12]);
  });

  it("do not wrap at 2^31", () => {
    expect(nlmsgAlign(0xfffffffd)).toBe(2 ** 32);
  });
});
