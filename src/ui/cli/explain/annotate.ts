/**
 * `--annotate`: the capture once more, with comments on the packets that matter, so that Wireshark tells the story.
 *
 * @module
 */
import { closeSync, openSync, writeSync } from "node:fs";
import { UsageError } from "../../../core/errors.ts";
import type { Explanation } from "../../../core/explain/index.ts";
import { packetComments } from "../../../core/report/document/packet-comments.ts";
import { CaptureAnnotator } from "../../../core/wire/capture/capture-annotator.ts";
import { readCapture } from "../../../system/capture/index.ts";
import type { Io } from "../io.ts";

/** What writes a capture again with comments. */
export type Annotate = (file: string, explanation: Explanation, io: Io) => Promise<void>;

/**
 * Opens the file that is to be written, before anything is read: a typing mistake should not cost a long reading.
 *
 * @throws {UsageError} if it cannot be written
 */
export function beginAnnotating(path: string): Annotate {
  const target = { path, descriptor: openTarget(path) };
  return (file, explanation, io) => annotate(file, target, explanation, io);
}

function openTarget(target: string): number {
  try {
    return openSync(target, "w");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(`--annotate: cannot write ${target}: ${code}`, { cause: error });
  }
}

/** Reads the capture again and writes it with comments. */
async function annotate(
  file: string,
  target: { readonly path: string; readonly descriptor: number },
  explanation: Explanation,
  io: Io,
): Promise<void> {
  const comments = packetComments(explanation);
  const annotator = new CaptureAnnotator({
    application: "listenq",
    commentOf: (number) => comments.get(number) ?? null,
    write: (bytes) => void writeSync(target.descriptor, bytes),
  });
  await readCapture(file, annotator, { signal: io.interrupted });
  closeSync(target.descriptor);
  io.stderr.write(`wrote ${target.path}, with comments on ${comments.size} packets\n`);
}
