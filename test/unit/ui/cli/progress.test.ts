import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ReadProgress } from "../../../../src/ui/cli/explain/read-progress.ts";
import { Progress, shareDone } from "../../../../src/ui/cli/progress.ts";
import { fakeIo } from "../../../fakes/io.ts";

const folder = mkdtempSync(join(tmpdir(), "listenq-progress-"));
const file = join(folder, "capture");
writeFileSync(file, new Uint8Array(1000));
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => void vi.useFakeTimers({ toFake: ["performance", "setInterval", "clearInterval"] }));
afterEach(() => void vi.useRealTimers());

/** A stderr that is a terminal or none, and what was written to it. */
function stderrOf(isTTY: boolean, columns = 80) {
  let written = "";
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      written += chunk.toString();
      done();
    },
  });
  return { io: { ...fakeIo(), stderr: Object.assign(stream, { isTTY, columns }) }, written: () => written };
}

const CLEAR_LINE = "\r\x1b[K";

/** What is on the terminal's last line. */
function lineOf(written: string): string {
  return written.replaceAll("\n", CLEAR_LINE).split(CLEAR_LINE).at(-1) ?? "";
}

describe("the progress of long work", () => {
  it("is one line that renews itself and goes away", () => {
    const { io, written } = stderrOf(true);
    let done = 1;
    const progress = new Progress(io, () => `${done} of 3`);
    vi.advanceTimersByTime(200);
    expect(lineOf(written())).toBe("1 of 3");
    done = 2;
    vi.advanceTimersByTime(200);
    expect(lineOf(written())).toBe("2 of 3");
    progress.say("something else");
    expect(written()).toContain("something else\n");
    progress.close();
    vi.advanceTimersByTime(1000);
    expect(lineOf(written())).toBe("");
  });

  it("is only what is said where stderr is no terminal", () => {
    const { io, written } = stderrOf(false);
    const progress = new Progress(io, () => "never");
    vi.advanceTimersByTime(5000);
    progress.say("a line");
    progress.close();
    expect(written()).toBe("a line\n");
  });

  it("never fills the terminal's width, which would break the line", () => {
    const { io, written } = stderrOf(true, 20);
    const progress = new Progress(io, () => "overflow-drop, overflow-abort: 3 s of at most 16 s");
    vi.advanceTimersByTime(200);
    expect(lineOf(written())).toBe("overflow-drop, ove…");
    progress.close();
  });

  it("says which share is done and how long the rest takes", () => {
    expect(shareDone("reading", 25, 100, 2000)).toBe("reading: 25 %, 6 s left");
    expect(shareDone("reading", 0, 100, 2000)).toBe("reading: 0 %");
    expect(shareDone("reading", 120, 100, 2000)).toBe("reading: 100 %, 0 s left");
  });
});

describe("the progress of reading captures", () => {
  it("is shown once it has taken over a second", () => {
    const { io, written } = stderrOf(true);
    const reading = new ReadProgress(io, [file]);
    reading.add(250);
    vi.advanceTimersByTime(999);
    expect(written()).toBe("");
    vi.advanceTimersByTime(201);
    expect(lineOf(written())).toMatch(/^reading: 25 %, \d s left$/);
    reading.close();
    expect(lineOf(written())).toBe("");
  });

  it("has no share of what has no length, such as standard input", () => {
    const { io, written } = stderrOf(true);
    const reading = new ReadProgress(io, ["-"]);
    reading.add(5_000_000);
    vi.advanceTimersByTime(1200);
    expect(lineOf(written())).toBe("reading: 5 MB");
    reading.close();
  });
});
