/**
 * Downloads that go on where they were broken off.
 *
 * @module
 */
import { createWriteStream, renameSync, rmSync, statSync } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";

const [WHOLE, REST, NOTHING_LEFT] = [200, 206, 416];

/**
 * Downloads into `FILE.part` and moves it to its name when it is whole. A part that is there already is gone on with, if the server
 * can; whoever uses the file compares its hash.
 *
 * @throws {Error} when the server does not have it, or the connection breaks
 */
export async function download(url: string, file: string, signal: AbortSignal): Promise<void> {
  const part = `${file}.part`;
  const there = statSync(part, { throwIfNoEntry: false })?.size ?? 0;
  const headers = there > 0 ? { range: `bytes=${there}-` } : undefined;
  const answer = await fetch(url, { signal, ...(headers === undefined ? {} : { headers }) });
  if (answer.status === NOTHING_LEFT) {
    // The part is not of this file, or has all of it: either way a fresh one is right.
    rmSync(part);
    await answer.body?.cancel();
    return download(url, file, signal);
  }
  if ((answer.status !== WHOLE && answer.status !== REST) || answer.body === null)
    throw new Error(`${url}: ${answer.status} ${answer.statusText}`);
  const flags = answer.status === REST ? "a" : "w";
  const bytes = Readable.fromWeb(answer.body as ReadableStream);
  await pipeline(bytes, createWriteStream(part, { flags }), { signal });
  renameSync(part, file);
}
