import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DecodeError } from "../../../src/core/errors.ts";
import { decodeName, decodeUnixName } from "../../../src/core/wire/name-text.ts";
import { TCP_STATES, type TcpState } from "../../../src/core/wire/netlink/tcp-state.ts";
import {
  decodeUnixDiagMessage,
  encodeUnixDiagMessage,
  type UnixDiagSocket,
} from "../../../src/core/wire/netlink/unix-diag.ts";

const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const lengths = fc.option(fc.record({ receiveQueue: u32, sendQueue: u32 }));
const socket: fc.Arbitrary<UnixDiagSocket> = fc
  .record({
    type: fc.constantFrom(1, 2, 5),
    state: fc.constantFrom(...(Object.keys(TCP_STATES) as TcpState[])),
    inode: u32,
    cookie: fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn }),
    name: fc.option(fc.uint8Array({ maxLength: 108 })),
    uid: fc.option(u32),
    pending: fc.array(u32, { maxLength: 5 }),
    lengths,
  })
  .map(({ lengths: queue, ...rest }) => ({
    ...rest,
    receiveQueue: queue?.receiveQueue ?? null,
    sendQueue: queue?.sendQueue ?? null,
  }));

describe("unix_diag", () => {
  it("decodes what it encodes", () => {
    fc.assert(
      fc.property(socket, (one) => {
        expect(decodeUnixDiagMessage(encodeUnixDiagMessage(one))).toEqual(one);
      }),
    );
  });

  it("decodes any bytes or throws DecodeError, and nothing else", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          decodeUnixDiagMessage(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError);
        }
      }),
    );
  });

  it("reports a message cut off anywhere, or reads it as one with fewer attributes", () => {
    fc.assert(
      fc.property(socket, fc.nat(), (one, at) => {
        const bytes = encodeUnixDiagMessage(one);
        const cut = bytes.subarray(0, at % bytes.length);
        try {
          expect(decodeUnixDiagMessage(cut)).toMatchObject({ inode: one.inode, cookie: one.cookie });
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError);
        }
      }),
    );
  });
});

describe("names", () => {
  it("gives any bytes a well-formed text", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
        const text = decodeName(bytes);
        // A lone surrogate would come back as U+FFFD.
        expect(new TextDecoder().decode(new TextEncoder().encode(text))).toBe(text);
      }),
    );
  });

  it("leaves valid UTF-8 as it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        expect(decodeName(new TextEncoder().encode(text))).toBe(text);
      }),
    );
  });

  it("keeps bytes that are no UTF-8 readable, and abstract names apart from paths", () => {
    expect(decodeName(Uint8Array.of(0x61, 0xff, 0xc3, 0x62))).toBe("a\\xff\\xc3b");
    expect(decodeUnixName(Uint8Array.of(0, 0x61, 0, 0x62))).toBe("@a\0b");
    expect(decodeUnixName(new TextEncoder().encode("/run/x.sock\0"))).toBe("/run/x.sock");
  });
});
