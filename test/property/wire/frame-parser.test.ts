/** The one decoder of frames: every framing gives the segment that was put into it, in bytes and in words. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FrameParser } from "../../../src/core/wire/packet/decode/frame-parser.ts";
import { decodeFrame } from "../../../src/core/wire/packet/frame.ts";
import { toldSegment } from "../../support/read-segments.ts";
import { propertyOptions } from "../seed.ts";
import { decodedSpec } from "./decoded-spec.ts";
import { type Framed, framed } from "./framings.ts";

function parsed(linkType: number, bytes: Uint8Array, originalLength: number): unknown {
  const parser = new FrameParser();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return parser.parse(view, 0, bytes.length, originalLength, linkType) ?? toldSegment(parser.segment);
}

const nameOf = ({ link, tunnels, fragment }: Framed): string => [link, ...tunnels, fragment].join(", ");

describe("a frame in any framing", () => {
  it("gives the segment that is in it", () => {
    fc.assert(
      fc.property(framed, (frame) => {
        const { spec } = frame;
        const decoded = decodeFrame(frame.linkType, frame.bytes);
        if (frame.fragment === "later") expect(decoded, nameOf(frame)).toEqual({ skipped: "fragment" });
        else expect(decoded, nameOf(frame)).toEqual(decodedSpec(spec));
      }),
      propertyOptions(1000),
    );
  });

  it("says the same in numbers and in words, however short the capture cut it", () => {
    fc.assert(
      fc.property(framed, fc.nat(), ({ linkType, bytes }, cut) => {
        const kept = bytes.subarray(0, cut % (bytes.length + 1));
        const words = decodeFrame(linkType, kept, bytes.length);
        const numbers = parsed(linkType, kept, bytes.length);
        if (words.skipped !== null) {
          expect(numbers).toBe(words.skipped);
          return;
        }
        const { from, to, flags, seq, ack, window, payloadLength, ipVersion, options } = words;
        expect(numbers).toMatchObject({ from, to, flags, sequence: seq, window, payloadLength, ipVersion });
        expect(numbers).toMatchObject({
          acknowledgment: ack ?? 0,
          timestampValue: options.timestamps?.value ?? -1,
          hasFastOpen: options.fastOpenCookie !== null,
        });
      }),
      propertyOptions(1000),
    );
  });
});
