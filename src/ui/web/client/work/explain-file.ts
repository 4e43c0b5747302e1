/**
 * What `listenq explain` says of a file that was dropped on the page. Nothing leaves the browser.
 *
 * @module
 */
import { Decompress } from "fzstd";
import { DecodeError } from "../../../../core/errors.ts";
import { CaptureSequence, type SequenceOptions } from "../../../../core/explain/capture-sequence.ts";
import { EndpointNames } from "../../../../core/explain/index.ts";
import { PacketCollector } from "../../../../core/explain/packet-collector.ts";
import { summarize } from "../../../../core/report/document/capture-summary.ts";
import { plain } from "../../../../core/report/layout/paint.ts";
import { explainPage } from "../../../../core/report/page/explain-page.ts";
import {
  conversationsOfCapture,
  drawablePlaces,
  MOST_DRAWN,
} from "../../../../core/report/picture/conversations-of-capture.ts";
import { formatExplanation } from "../../../../core/report/text/explain-text.ts";
import type { CaptureFacts } from "../../../../core/wire/capture/capture-facts.ts";
import { CaptureReader } from "../../../../core/wire/capture/capture-reader.ts";
import type { DroppedFile, ExplainResult } from "./work-messages.ts";

/** Written by the build: the static files leave rare decompressors out. */
declare const LISTENQ_HAS_SERVER: boolean;

const PIECE_BYTES = 1 << 20;
const TEXT_WIDTH = 100;
/** A small file can unpack to anything. */
const MOST_UNPACKED_BYTES = 1 << 30;

/** Explains it. @throws {DecodeError} for what is no capture, in the words of the command */
export async function explainFile({ name, bytes }: DroppedFile): Promise<ExplainResult> {
  const unpacked = await unpack(bytes);
  try {
    return explainBytes(name, unpacked);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw new DecodeError(error.code, `${name}: ${error.what}`, error.offset, error.expected);
  }
}

function explainBytes(name: string, bytes: Uint8Array): ExplainResult {
  const first = read(bytes, { mostCompleted: MOST_DRAWN });
  const sorts = first.sequence.disorderMs > 0;
  const { sequence, facts } = sorts ? read(bytes, { mostCompleted: MOST_DRAWN, sorts }) : first;
  const names = new EndpointNames({ anonymize: false });
  const hasFrames = facts.format !== "tcpdump text";
  const explanation = sequence.conclude({ all: false, names, hasFrames });
  const { handshakes } = sequence.conclude({ all: true, names, hasFrames });
  const drawable = drawablePlaces(handshakes).map(
    (place) => [place, handshakes[place]?.packets ?? []] as const,
  );
  const collector = new PacketCollector(new Map(drawable));
  read(bytes, { mostCompleted: 0, sorts, onSegment: (segment) => collector.see(segment) });
  const captures = [summarize(name, facts)];
  const conversations = conversationsOfCapture(handshakes, (place) => collector.collected(place));
  return {
    captures,
    explanation,
    warnings: facts.problem === null ? [] : [`${name}: ${facts.problem}; what could be read is explained`],
    page: explainPage({ captures, explanation, conversations }),
    text: formatExplanation(captures, explanation, { width: TEXT_WIDTH, paint: plain }),
  };
}

type ReadOptions = Pick<SequenceOptions, "mostCompleted" | "sorts" | "onSegment">;

function read(
  bytes: Uint8Array,
  options: ReadOptions,
): { readonly sequence: CaptureSequence; readonly facts: CaptureFacts } {
  const sequence = new CaptureSequence({
    server: null,
    since: null,
    until: null,
    keepAll: false,
    ...options,
  });
  const reader = new CaptureReader(sequence);
  sequence.begin(() => reader.facts());
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) reader.push(bytes.subarray(at, at + PIECE_BYTES));
  reader.end();
  const facts = reader.facts();
  sequence.end(facts);
  return { sequence, facts };
}

async function unpack(bytes: Uint8Array): Promise<Uint8Array> {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return await gunzip(bytes);
  const isZstd = bytes[0] === 0x28 && bytes[1] === 0xb5 && bytes[2] === 0x2f && bytes[3] === 0xfd;
  if (isZstd && !LISTENQ_HAS_SERVER)
    throw new DecodeError(
      "UNKNOWN_FORMAT",
      "capture",
      0,
      "zstd is for listenq web; unpack it with unzstd first",
    );
  return LISTENQ_HAS_SERVER && isZstd ? unzstd(bytes) : bytes;
}

async function gunzip(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([new Uint8Array(bytes)]).stream().pipeThrough(new DecompressionStream("gzip"));
  const pieces = new Pieces();
  const reader = stream.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) pieces.add(next.value);
  return pieces.whole();
}

function unzstd(bytes: Uint8Array): Uint8Array {
  const pieces = new Pieces();
  const decompress = new Decompress((piece) => pieces.add(piece));
  decompress.push(bytes, true);
  return pieces.whole();
}

class Pieces {
  readonly #pieces: Uint8Array[] = [];
  #length = 0;

  add(piece: Uint8Array): void {
    this.#length += piece.length;
    if (this.#length > MOST_UNPACKED_BYTES)
      throw new DecodeError(
        "BAD_VALUE",
        "capture",
        0,
        "at most 1 GiB unpacked; use listenq explain on the command line",
      );
    this.#pieces.push(piece);
  }

  whole(): Uint8Array {
    const bytes = new Uint8Array(this.#length);
    let at = 0;
    for (const piece of this.#pieces) {
      bytes.set(piece, at);
      at += piece.length;
    }
    return bytes;
  }
}
