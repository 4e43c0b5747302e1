import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DecodeError } from "../../../src/errors.ts";
import {
  decodeUnixDiagMessage,
  encodeUnixDiagMessage,
  TCP_STATES,
  type TcpState,
  type UnixDiagSocket,
} from "../../../src/wire/index.ts";
import "../seed.ts";

const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const queues = fc.option(fc.tuple(u32, u32));

const sockets: fc.Arbitrary<UnixDiagSocket> = fc
  .record({
    type: fc.constantFrom("stream" as const, "dgram" as const, "seqpacket" as const),
    state: fc.constantFrom(...(Object.keys(TCP_STATES) as TcpState[])),
    inode: u32,
    cookie: fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn }),
    name: fc.option(fc.uint8Array({ maxLength: 108 })),
    peer: fc.option(u32),
    queue: queues,
  })
  .map(({ queue, ...rest }) => ({
    ...rest,
    receiveQueue: queue?.[0] ?? null,
    sendQueue: queue?.[1] ?? null,
  }));

describe("unix_diag", () => {
  it("comes back as it went", () => {
    fc.assert(
      fc.property(sockets, (socket) => {
        expect(decodeUnixDiagMessage(encodeUnixDiagMessage(socket))).toEqual(socket);
      }),
    );
  });

  it("throws nothing but DecodeError, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, isLikely) => {
        if (isLikely) bytes.set([1, 1, 10].slice(0, bytes.length));
        try {
          decodeUnixDiagMessage(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError);
        }
      }),
    );
  });
});
