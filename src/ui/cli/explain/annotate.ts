/**
 * `--annotate`: the capture once more, with comments on the packets that matter, so that Wireshark tells the story.
 *
 * @module
 */
import type { Explanation } from "../../../core/explain/index.ts";
import { packetComments } from "../../../core/report/document/packet-comments.ts";
import { CaptureAnnotator } from "../../../core/wire/capture/capture-annotator.ts";
import { readCapture } from "../../../system/capture/index.ts";
import { OutputFile } from "../../../system/files/output-file.ts";
import type { Io } from "../io.ts";

/**
 * Reads the capture again and writes it with comments; nothing is written if that is interrupted.
 *
 * @throws {UsageError} if the file cannot be written
 */
export async function annotate(file: string, path: string, explanation: Explanation, io: Io): Promise<void> {
  const comments = packetComments(explanation);
  const output = new OutputFile("--annotate", path);
  const annotator = new CaptureAnnotator({
    application: "listenq",
    commentOf: (number) => comments.get(number) ?? null,
    write: (bytes) => output.write(bytes),
  });
  try {
    await readCapture(file, annotator, { signal: io.interrupted });
    io.interrupted.throwIfAborted();
  } catch (error) {
    output.discard();
    throw error;
  }
  output.finish();
  io.stderr.write(`wrote ${path}, with comments on ${comments.size} packets\n`);
}
