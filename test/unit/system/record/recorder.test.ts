import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Sample } from "../../../../src/core/listener/sample/sample.ts";
import { readRecording } from "../../../../src/system/record/read-recording.ts";
import { Recorder } from "../../../../src/system/record/recorder.ts";
import { encodeFileHeader, encodeInterval } from "../../../../src/system/record/segment-format.ts";
import { listenerSample, sampleOf } from "../../../support/samples.ts";

const NO_BOUNDS = { maxBytes: null, maxAgeMs: null };
const ALL = { sinceMs: null, untilMs: null };
const INTERVAL_BYTES = encodeInterval(sampleOf([listenerSample()])).length;

describe("a recording in a folder", () => {
  let folder = "";
  const recorders: Recorder[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "listenq-recorder-"));
  });
  afterEach(() => {
    for (const recorder of recorders.splice(0)) recorder.close();
    rmSync(folder, { recursive: true });
  });

  const record = (bounds = NO_BOUNDS as ConstructorParameters<typeof Recorder>[1]): Recorder => {
    const recorder = new Recorder(folder, bounds);
    recorders.push(recorder);
    return recorder;
  };
  const end = (recorder: Recorder): void => recorders.splice(recorders.indexOf(recorder), 1)[0]?.close();
  const sampleAt = (second: number): Sample => sampleOf([listenerSample()], second);
  const files = (): string[] => readdirSync(folder).sort();
  const read = (window = ALL as Parameters<typeof readRecording>[1]) => {
    const damages: string[] = [];
    const samples = [...readRecording(folder, window, (words) => damages.push(words))];
    return { times: samples.map(({ takenAt }) => takenAt), damages };
  };
  const timesOf = (...seconds: number[]): string[] => seconds.map((second) => sampleAt(second).takenAt);

  it("is never larger than its bound, with the file that is being written", () => {
    const maxBytes = 40 * INTERVAL_BYTES;
    const recorder = record({ maxBytes, maxAgeMs: null });
    for (let second = 0; second < 200; second++) {
      recorder.append(sampleAt(second));
      const bytes = files().reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
      expect(bytes).toBeLessThanOrEqual(maxBytes);
    }
    const { times } = read();
    expect(times.length).toBeGreaterThan(24);
    expect(times.at(-1)).toBe(sampleAt(199).takenAt);
  });

  it("lets go of what became too old while one file is being written", () => {
    const recorder = record({ maxBytes: null, maxAgeMs: 8_000_000 });
    recorder.append(sampleAt(0));
    const old = join(folder, "listenq-20200101T000000000Z.lqr");
    writeFileSync(old, encodeFileHeader());
    utimesSync(old, 1, 1);
    recorder.append(sampleAt(500));
    expect(files()).toHaveLength(1);
  });

  it("stays in order, and keeps the file that is being written, when the clock is set back", () => {
    const bounds = { maxBytes: 16 * INTERVAL_BYTES, maxAgeMs: null };
    const before = record(bounds);
    before.append(sampleAt(1_000));
    end(before);
    const after = record(bounds);
    for (let second = 0; second < 12; second++) after.append(sampleAt(second));
    const { times } = read();
    expect(times[0]).toBe(sampleAt(1_000).takenAt);
    expect(times.slice(1)).toEqual(timesOf(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11));
  });

  it("is written by one recorder at a time", () => {
    const first = record();
    expect(() => record()).toThrow(/another listenq record writes there/);
    end(first);
    record().append(sampleAt(0));
    expect(read().times).toHaveLength(1);
  });

  it("goes on in a new file when somebody deletes the one that is being written", () => {
    const recorder = record();
    recorder.append(sampleAt(0));
    for (const name of files()) unlinkSync(join(folder, name));
    recorder.append(sampleAt(1));
    expect(read().times).toEqual(timesOf(1));
  });

  it("is read whatever the times of its files say", () => {
    const recorder = record();
    recorder.append(sampleAt(0));
    recorder.append(sampleAt(1));
    for (const name of files()) utimesSync(join(folder, name), 1, 1);
    expect(read({ sinceMs: Date.parse(sampleAt(1).takenAt), untilMs: null }).times).toEqual(timesOf(1));
  });

  it("is read past files that are none, and says which", () => {
    record().append(sampleAt(0));
    writeFileSync(join(folder, "listenq-20200101T000000000Z.lqr"), "something else altogether");
    const { times, damages } = read();
    expect(times).toEqual(timesOf(0));
    expect(damages).toEqual([expect.stringMatching(/20200101T000000000Z\.lqr: .*must begin with LISTENQR/)]);
  });

  it("is unreadable input when no file of it can be read", () => {
    writeFileSync(join(folder, "listenq-20200101T000000000Z.lqr"), "something else altogether");
    expect(() => read()).toThrow("holds no file that can be read");
  });

  it("has whole files only", () => {
    record().append(sampleAt(0));
    expect(readFileSync(join(folder, files()[0] ?? "")).length).toBe(16 + INTERVAL_BYTES);
  });
});
