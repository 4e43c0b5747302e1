/**
 * Segments in words, so that tests can say what they expect of a reader.
 *
 * @module
 */
import { formatEndpoint } from "../../src/core/wire/address.ts";
import type { CaptureFacts } from "../../src/core/wire/capture/capture-facts.ts";
import { CaptureReader } from "../../src/core/wire/capture/capture-reader.ts";
import type { Segment } from "../../src/core/wire/packet/segment.ts";
import { formatTcpFlags } from "../../src/core/wire/packet/tcp-flags.ts";

/** A segment with its endpoints as text, and everything else as it was. */
export interface ToldSegment
  extends Omit<
    Segment,
    | "source0"
    | "source1"
    | "source2"
    | "source3"
    | "destination0"
    | "destination1"
    | "destination2"
    | "destination3"
    | "sourcePort"
    | "destinationPort"
    | "flags"
  > {
  from: string;
  to: string;
  flags: string;
}

/** A copy of a segment in words. */
export function toldSegment(segment: Segment): ToldSegment {
  const { source0, source1, source2, source3, sourcePort, ...rest } = segment;
  const { destination0, destination1, destination2, destination3, destinationPort, flags, ...kept } = rest;
  const addressOf = (words: number[]): Uint8Array => {
    const view = new DataView(new ArrayBuffer(16));
    for (const [place, word] of words.entries()) view.setInt32(4 * place, word);
    return new Uint8Array(view.buffer).subarray(segment.ipVersion === 4 ? 12 : 0);
  };
  return {
    ...kept,
    from: formatEndpoint(addressOf([source0, source1, source2, source3]), sourcePort),
    to: formatEndpoint(addressOf([destination0, destination1, destination2, destination3]), destinationPort),
    flags: formatTcpFlags(flags),
  };
}

/** All that a reader says of a capture which comes in pieces that end at these places. */
export function readSegments(
  bytes: Uint8Array,
  cuts: readonly number[] = [],
): { segments: ToldSegment[]; facts: CaptureFacts } {
  const segments: ToldSegment[] = [];
  const reader = new CaptureReader({ onSegment: (segment) => segments.push(toldSegment(segment)) });
  const ends = [...cuts, bytes.length].sort((a, b) => a - b);
  for (const [place, end] of ends.entries()) {
    // A copy in a buffer of its own that is spoilt afterwards, as one that is read into again would be.
    const piece = bytes.slice(ends[place - 1] ?? 0, end);
    reader.push(piece);
    piece.fill(0xee);
  }
  reader.end();
  return { segments, facts: reader.facts() };
}
