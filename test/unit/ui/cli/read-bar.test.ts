import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { afterAll, afterEach, expect, it, vi } from "vitest";
import { ReadBar } from "../../../../src/ui/cli/explain/read-bar.ts";
import { fakeIo } from "../../../fakes/io.ts";

const folder = mkdtempSync(join(tmpdir(), "listenq-bar-"));
const file = join(folder, "capture");
writeFileSync(file, new Uint8Array(1000));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

/** A bar whose clock the test sets, on a stderr that is a terminal or none. */
function barOn(isTTY: boolean) {
  let nowMs = 0;
  vi.spyOn(performance, "now").mockImplementation(() => nowMs);
  let written = "";
  const stderr = new Writable({
    write(chunk: Buffer, _encoding, done) {
      written += chunk.toString();
      done();
    },
  });
  const io = { ...fakeIo(), stderr: Object.assign(stderr, { isTTY, columns: 80 }) };
  return {
    bar: new ReadBar(io, [file]),
    written: () => written,
    after: (ms: number) => {
      nowMs = ms;
    },
  };
}

it("shows how far the reading has come, once it has taken over a second", async () => {
  const { bar, written, after } = barOn(true);
  after(999);
  bar.add(100);
  expect(written()).toBe("");
  after(1001);
  bar.add(150);
  await vi.waitFor(() => expect(written()).toContain("25%"));
  bar.close();
});

it("shows nothing where stderr is no terminal", async () => {
  const { bar, written, after } = barOn(false);
  after(5000);
  bar.add(500);
  await import("cli-progress");
  bar.close();
  expect(written()).toBe("");
});

it("is gone for good after its end, also if its library comes later", async () => {
  const { bar, written, after } = barOn(true);
  after(5000);
  bar.add(500);
  bar.close();
  await import("cli-progress");
  expect(written()).toBe("");
});
