/**
 * `listenq explain --report`: reads the captures once more for the packets of the connections that are drawn, and writes the page.
 *
 * @module
 */
import { CaptureSequence, type SequenceOptions } from "../../../core/explain/capture-sequence.ts";
import type { Explanation, Handshake } from "../../../core/explain/index.ts";
import { type CollectedPackets, PacketCollector } from "../../../core/explain/packet-collector.ts";
import type { CaptureSummary } from "../../../core/report/document/explain-document.ts";
import { explainPage } from "../../../core/report/page/explain-page.ts";
import {
  conversationsOfCapture,
  drawablePlaces,
} from "../../../core/report/picture/conversations-of-capture.ts";
import { writeOutput } from "../../../system/files/output-file.ts";
import type { Io } from "../io.ts";
import { isRegularFile, readInto } from "./piece-order.ts";

/** What the page is made from. */
export interface ReportInput {
  readonly captures: readonly CaptureSummary[];
  /** As it is printed, and with what simply completed. */
  readonly explanation: Explanation;
  readonly whole: Explanation;
}

/** Writes the page. What came over a pipe cannot be read again: its connections are drawn without their packets. */
export async function writeReport(
  file: string,
  { captures, explanation, whole }: ReportInput,
  files: readonly string[],
  wanted: SequenceOptions,
  io: Io,
): Promise<void> {
  const { handshakes } = whole;
  const canRead = files.every(isRegularFile) && !io.interrupted.aborted;
  const collected = canRead ? await collect(handshakes, files, wanted, io) : () => null;
  const conversations = conversationsOfCapture(handshakes, collected);
  writeOutput("--report", file, explainPage({ captures, explanation, conversations }));
  io.stderr.write(`wrote ${file}\n`);
}

async function collect(
  handshakes: readonly Handshake[],
  files: readonly string[],
  wanted: SequenceOptions,
  io: Io,
): Promise<(place: number) => CollectedPackets | null> {
  const drawable = drawablePlaces(handshakes).map(
    (place) => [place, handshakes[place]?.packets ?? []] as const,
  );
  const collector = new PacketCollector(new Map(drawable));
  const sequence = new CaptureSequence({
    ...wanted,
    keepAll: false,
    mostCompleted: 0,
    onSegment: (segment) => collector.see(segment),
  });
  await readInto(sequence, files, io);
  return (place) => collector.collected(place);
}
