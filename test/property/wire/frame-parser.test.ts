/** The two decoders of frames beside each other, on every framing. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SegmentDecoder } from "../../../src/core/wire/packet/decode/segment-decoder.ts";
import { decodeFrame } from "../../../src/core/wire/packet/frame.ts";
import { toldSegment } from "../../support/read-segments.ts";
import { propertyOptions } from "../seed.ts";
import { framed } from "./framings.ts";

const OLD_KNOWS = new Set(["Ethernet", "a VLAN tag", "two VLAN tags", "raw IP", "NULL, little endian", "NULL, big endian", "LOOP", "SLL", "SLL2"]);

function parsed(linkType: number, bytes: Uint8Array): unknown {
  const parser = new SegmentDecoder();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return parser.decode(view, 0, bytes.length, bytes.length, linkType) ?? toldSegment(parser.segment);
}

describe("the two decoders", () => {
  it("agree wherever the first one reads a segment, and differ in what only the second one reads", () => {
    fc.assert(
      fc.property(framed, fc.nat(), ({ linkType, bytes, spec, tunnels, fragment, link }, cut) => {
        const kept = bytes.subarray(0, cut % 3 === 0 ? cut % bytes.length : bytes.length);
        const [first, second] = [decodeFrame(linkType, kept, bytes.length), parsed(linkType, kept)];
        if (first.skipped === null) {
          expect(second).toMatchObject({ from: first.from, to: first.to, flags: first.flags, sequence: first.seq, window: first.window });
        } else if (OLD_KNOWS.has(link) && tunnels.length === 0 && fragment !== "first") {
          expect(second, `${link} ${fragment}`).toBe(first.skipped);
        } else if (typeof second !== "string") {
          expect(second).toMatchObject({ from: spec.from, to: spec.to, sequence: spec.seq });
        }
      }),
      propertyOptions(2000),
    );
  });
});
