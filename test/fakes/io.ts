/**
 * An `Io` that keeps what is written, for whole commands inside the test's own process.
 *
 * @module
 */
import { Writable } from "node:stream";
import type { Io } from "../../src/ui/cli/io.ts";

/** The fake, and what was written to it. */
export interface FakeIo extends Io {
  readonly written: { stdout: string; stderr: string };
}

/** A fake that is no terminal and that nobody interrupts. */
export function fakeIo(interrupted: AbortSignal = new AbortController().signal): FakeIo {
  const written = { stdout: "", stderr: "" };
  const stream = (name: keyof typeof written): Writable =>
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        written[name] += chunk.toString();
        done();
      },
    });
  const streams = { stdout: stream("stdout"), stderr: stream("stderr"), stdin: {} };
  return { ...streams, env: {}, interrupted, written };
}
