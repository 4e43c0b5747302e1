/**
 * `listenq explain`: reads the captures, explains them, prints what came of it.
 *
 * @module
 */
import { DecodeError, UsageError } from "../../../core/errors.ts";
import { CaptureSequence, type SequenceOptions } from "../../../core/explain/capture-sequence.ts";
import { EndpointNames, type Explanation } from "../../../core/explain/index.ts";
import { summarize } from "../../../core/report/document/capture-summary.ts";
import { type CaptureSummary, explainDocument } from "../../../core/report/document/explain-document.ts";
import { MOST_DRAWN } from "../../../core/report/picture/conversations-of-capture.ts";
import { formatExplanation } from "../../../core/report/text/explain-text.ts";
import { CaptureReader } from "../../../core/wire/capture/capture-reader.ts";
import { readCapture } from "../../../system/capture/index.ts";
import { checkWritable } from "../../../system/files/output-target.ts";
import { styleFor } from "../cli-style.ts";
import { interruptedCode } from "../failure.ts";
import { EXIT, type Io, printJson } from "../io.ts";
import { assertOther } from "./assert-other.ts";
import { type ExplainFlags, type ExplainOptions, parseExplainFlags } from "./explain-options.ts";
import { inOrderOfTime, isRegularFile, readSorted } from "./piece-order.ts";
import { ReadProgress } from "./read-progress.ts";

/** Captures on several queues are a little out of order; this much is more than that. */
const WORTH_A_WORD_MS = 1000;

/** Runs the command and returns its exit code. */
export async function runExplain(files: readonly string[], flags: ExplainFlags, io: Io): Promise<number> {
  const [first = ""] = files;
  if (files.length === 1 && /\.html?$/i.test(first)) {
    const { explainReport, reportIn } = await import("./explain-report-file.ts");
    const html = reportIn(first);
    if (html !== null) return explainReport(first, html, flags, io);
  }
  const options = parseExplainFlags(files, flags);
  const { server, since, until, annotate: path, report } = options;
  if (path !== null) checkTarget("--annotate", path, files);
  if (report !== null) checkTarget("--report", report, files);
  // What one capture shows can only be matched with another's if what simply completed is kept as well.
  const keepAll = options.all || files.length > 1;
  const wanted = { server, since, until, keepAll, mostCompleted: report === null ? 0 : MOST_DRAWN };
  const ordered = await inOrderOfTime(files);
  const { sequence, captures } = await readInOrder(ordered, wanted, options, io);
  if (captures.length === 0) return io.interrupted.aborted ? interruptedCode(io) : EXIT.usage;
  // A damaged file of which not one packet could be read is no capture without packets.
  const isReadable = captures.some(({ packets }) => packets > 0) || !sequence.isDamaged;
  const names = new EndpointNames({ anonymize: options.anonymize });
  const hasFrames = captures.length === 1 && captures[0]?.format !== "tcpdump text";
  const explanation = sequence.conclude({ all: options.all, names, hasFrames });
  print(captures, explanation, options, io);
  if (report !== null) {
    // Loaded only here: most people read the text.
    const { writeReport } = await import("./explain-report.ts");
    const whole = sequence.conclude({ all: true, names, hasFrames });
    await writeReport(report, { captures, explanation, whole }, ordered, wanted, io);
  }
  if (io.interrupted.aborted) return interruptedCode(io);
  if (path !== null) {
    const { annotate } = await import("./annotate.ts");
    await annotate(files[0] ?? "", path, explanation, io);
  }
  return isReadable ? EXIT.fine : EXIT.usage;
}

/** Reads every file, and once more where packets stand out of order. What came over a pipe cannot be read again. */
async function readInOrder(
  files: readonly string[],
  wanted: SequenceOptions,
  options: ExplainOptions,
  io: Io,
): Promise<{ readonly sequence: CaptureSequence; readonly captures: CaptureSummary[] }> {
  const sequence = new CaptureSequence(wanted);
  const captures = await readAll(files, sequence, options, io);
  if (sequence.disorderMs === 0 || io.interrupted.aborted) return { sequence, captures };
  const again = files.every(isRegularFile);
  if (!again || sequence.disorderMs >= WORTH_A_WORD_MS) {
    const seconds = (sequence.disorderMs / 1000).toFixed(3);
    const fate = again ? "they are put in order" : "save them to a file to have them put in order";
    io.stderr.write(`listenq: packets stand up to ${seconds} s out of order; ${fate}\n`);
  }
  if (!again) return { sequence, captures };
  return { sequence: await readSorted(files, wanted, io), captures };
}

/** A typing mistake should not cost a long reading. @throws {UsageError} */
function checkTarget(option: string, target: string, files: readonly string[]): void {
  assertOther(option, target, files);
  checkWritable(option, target);
}

/** Reads every file; one that cannot be read is said so and left out. */
async function readAll(
  files: readonly string[],
  sequence: CaptureSequence,
  options: ExplainOptions,
  io: Io,
): Promise<CaptureSummary[]> {
  const progress = new ReadProgress(io, files);
  const captures: CaptureSummary[] = [];
  try {
    for (const [place, file] of files.entries()) {
      if (io.interrupted.aborted) break;
      const name = options.anonymize ? `capture-${place + 1}` : file;
      const summary = await readOne(file, name, sequence, progress, io);
      if (summary !== null) captures.push(summary);
    }
  } finally {
    progress.close();
  }
  return captures;
}

async function readOne(
  file: string,
  name: string,
  sequence: CaptureSequence,
  progress: ReadProgress,
  io: Io,
): Promise<CaptureSummary | null> {
  const reader = new CaptureReader(sequence);
  sequence.begin(() => reader.facts());
  try {
    await readCapture(file, reader, { onRead: (bytes) => progress.add(bytes), signal: io.interrupted });
  } catch (error) {
    // After Ctrl-C what is known so far is still printed.
    if (!io.interrupted.aborted) {
      if (!(error instanceof DecodeError || error instanceof UsageError)) throw error;
      progress.say(`listenq: ${error.message}`);
      return null;
    }
  }
  const facts = reader.facts();
  sequence.end(facts);
  if (facts.problem !== null)
    progress.say(`listenq: ${name}: ${facts.problem}; what could be read is explained`);
  return facts.format === null ? null : summarize(name, facts);
}

function print(
  captures: readonly CaptureSummary[],
  explanation: Explanation,
  options: ExplainOptions,
  io: Io,
): void {
  if (explanation.leftOut > 0) {
    io.stderr.write(
      `listenq: ${explanation.leftOut} more attempts never completed; they are counted in no list\n`,
    );
  }
  if (options.json) printJson(io, explainDocument(captures, explanation));
  else io.stdout.write(formatExplanation(captures, explanation, styleFor(io)));
}
