import { describe, expect, it } from "vitest";
import { seqAdd, seqAfter, seqBefore, seqDiff } from "../../../../src/core/wire/packet/sequence.ts";
import { formatTcpFlags, parseTcpFlags } from "../../../../src/core/wire/packet/tcp-flags.ts";
import {
  decodeTcpOptions,
  encodeTcpOptions,
  NO_TCP_OPTIONS,
} from "../../../../src/core/wire/packet/tcp-options.ts";
import { hex, toHex } from "./hex.ts";

describe("TCP flags", () => {
  it.each([
    [0x02, "S"],
    [0x12, "S."],
    [0x10, "."],
    [0x18, "P."],
    [0x04, "R"],
    [0x14, "R."],
    [0x11, "F."],
    [0x00, "none"],
    [0x1ff, "FSRP.UEWe"],
    [0xc2, "SEW"],
  ])("%i are %s, as in tcpdump", (flags, letters) => {
    expect(formatTcpFlags(flags)).toBe(letters);
    expect(parseTcpFlags(letters)).toBe(flags);
  });

  it("are taken in any order, but each once", () => {
    expect(parseTcpFlags(".S")).toBe(0x12);
    for (const text of ["SS", "x", "", "noneS", "s", "S "]) {
      expect(() => parseTcpFlags(text)).toThrow(expect.objectContaining({ name: "DecodeError" }));
    }
  });
});

describe("TCP options", () => {
  const syn = hex("0204ffd70402080af3005d72000000000103030a");
  const fromSyn = {
    ...NO_TCP_OPTIONS,
    mss: 65495,
    sackPermitted: true,
    timestamps: { value: 4076887410, echo: 0 },
    windowScale: 10,
  };

  it("are read and written as Linux writes those of a SYN", () => {
    expect(decodeTcpOptions(syn)).toEqual(fromSyn);
    expect(toHex(encodeTcpOptions(fromSyn))).toBe(toHex(syn));
  });

  it("are written as Linux writes them after the handshake", () => {
    const options = { ...NO_TCP_OPTIONS, timestamps: { value: 1, echo: 2 } };
    expect(toHex(encodeTcpOptions(options))).toBe("0101080a0000000100000002");
  });

  it("hold SACK blocks, a Fast Open cookie, and others raw", () => {
    expect(decodeTcpOptions(hex("0101 050a 00000001 00000005  22060a0b0c0d  1e04 8101"))).toEqual({
      ...NO_TCP_OPTIONS,
      sackBlocks: [{ left: 1, right: 5 }],
      fastOpenCookie: hex("0a0b0c0d"),
      unknown: [{ kind: 30, payload: hex("8101") }],
    });
  });

  it("end at the end-of-options byte, whatever follows", () => {
    expect(decodeTcpOptions(hex("020405b4 00 030307"))).toEqual({ ...NO_TCP_OPTIONS, mss: 1460 });
  });

  it.each([
    ["a length of 0", "020405b4 0300 07"],
    ["a length of 1", "020405b4 0301 07"],
    ["a length of 1 of a kind that we do not know", "020405b4 1e01 030307"],
    ["a length past the end", "020405b4 030407"],
    ["no length at all", "020405b4 03"],
  ])("keep what came before %s, and are malformed", (_what, digits) => {
    expect(decodeTcpOptions(hex(digits))).toEqual({ ...NO_TCP_OPTIONS, mss: 1460, malformed: true });
  });

  it("keep what comes after an option of the wrong length, and are malformed", () => {
    const wrong = ["0203 05", "0304 0700", "0403 00", "0506 00000001", "0502", "0803 00"];
    for (const option of wrong) {
      const decoded = decodeTcpOptions(hex(`${option} 030307`));
      expect(decoded).toEqual({ ...NO_TCP_OPTIONS, windowScale: 7, malformed: true });
    }
  });

  it("refuse to be written where they need more than 40 bytes", () => {
    const sackBlocks = Array.from({ length: 4 }, () => ({ left: 1, right: 2 }));
    expect(() => encodeTcpOptions({ ...fromSyn, sackBlocks })).toThrow("must fit 40 bytes");
  });

  it("never change the empty set that others start from", () => {
    decodeTcpOptions(hex("020405b4 1e04 8101 03"));
    expect(NO_TCP_OPTIONS).toMatchObject({ mss: null, unknown: [], malformed: false });
  });
});

describe("sequence numbers", () => {
  it("wrap around", () => {
    expect(seqAdd(0xffffffff, 1)).toBe(0);
    expect(seqAdd(0, -1)).toBe(0xffffffff);
    expect(seqDiff(2, 0xfffffffe)).toBe(4);
    expect(seqDiff(0xfffffffe, 2)).toBe(-4);
  });

  it("are ordered across the wrap", () => {
    expect(seqBefore(0xfffffffe, 2)).toBe(true);
    expect(seqAfter(2, 0xfffffffe)).toBe(true);
    expect(seqBefore(2, 2)).toBe(false);
    expect(seqAfter(2, 2)).toBe(false);
  });
});
