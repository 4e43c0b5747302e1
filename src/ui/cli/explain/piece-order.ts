/**
 * Files whose order, or whose packets' order, is not that of their times: a shell lists the pieces of a ring that wrapped in another
 * one, and a network card with several queues stamps packets a little out of order.
 *
 * @module
 */
import { statSync } from "node:fs";
import { DecodeError, UsageError } from "../../../core/errors.ts";
import { CaptureSequence, type SequenceOptions } from "../../../core/explain/capture-sequence.ts";
import { CaptureReader } from "../../../core/wire/capture/capture-reader.ts";
import { readCapture } from "../../../system/capture/index.ts";
import type { Io } from "../io.ts";

/** The files, earliest first packet first; as given where one of them is a pipe, cannot be read or holds no times. */
export async function inOrderOfTime(files: readonly string[]): Promise<readonly string[]> {
  if (files.length < 2 || !files.every(isRegularFile)) return files;
  const timed: { readonly file: string; readonly firstNs: bigint }[] = [];
  for (const file of files) {
    const firstNs = await firstTimeOf(file);
    if (firstNs !== null) timed.push({ file, firstNs });
  }
  if (timed.length < files.length) return files;
  return timed.sort((a, b) => Number(a.firstNs - b.firstNs)).map(({ file }) => file);
}

/** Whether it can be read more than once. */
export function isRegularFile(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() === true;
}

/** Reads the files once more, each in the order of its times. What is wrong with one was said when it was read first. */
export async function readSorted(
  files: readonly string[],
  wanted: SequenceOptions,
  io: Io,
): Promise<CaptureSequence> {
  const sequence = new CaptureSequence({ ...wanted, sorts: true });
  await readInto(sequence, files, io);
  return sequence;
}

/** Reads files that were read before, and says nothing. */
export async function readInto(sequence: CaptureSequence, files: readonly string[], io: Io): Promise<void> {
  for (const file of files) {
    const reader = new CaptureReader(sequence);
    sequence.begin(() => reader.facts());
    await readQuietly(file, reader, io.interrupted);
    sequence.end(reader.facts());
  }
}

/** Reads only as far as the first packet. */
async function firstTimeOf(file: string): Promise<bigint | null> {
  const found = new AbortController();
  const reader = new CaptureReader({ onSegment: () => found.abort() });
  await readQuietly(file, reader, found.signal);
  return reader.facts().firstTimeNs;
}

async function readQuietly(file: string, reader: CaptureReader, signal: AbortSignal): Promise<void> {
  try {
    await readCapture(file, reader, { signal });
  } catch (error) {
    if (!(signal.aborted || error instanceof DecodeError || error instanceof UsageError)) throw error;
  }
}
