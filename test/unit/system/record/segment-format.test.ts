import { describe, expect, it } from "vitest";
import {
  encodeFileHeader,
  encodeInterval,
  readSegment,
  unpackInterval,
} from "../../../../src/system/record/segment-format.ts";
import { listenerSample, sampleOf } from "../../../support/samples.ts";

const samples = [0, 1, 2].map((second) => sampleOf([listenerSample({ drops: second })], second));
const file = Buffer.concat([encodeFileHeader(), ...samples.map(encodeInterval)]);

describe("a segment", () => {
  it("gives back what was written", () => {
    const { intervals, damage } = readSegment(file);
    expect(intervals.map(unpackInterval)).toEqual(samples);
    expect(damage).toBeNull();
  });

  it("is readable to the last whole interval, wherever it is cut off", () => {
    const ends = readSegment(file)
      .intervals.map(({ offset }) => offset)
      .concat(file.length);
    for (let length = 16; length < file.length; length += 1) {
      const { intervals, damage } = readSegment(file.subarray(0, length));
      const whole = ends.slice(1).filter((end) => end <= length).length;
      expect(intervals).toHaveLength(whole);
      expect(damage === null).toBe(ends.includes(length));
    }
  });

  it("is readable around an interval with one wrong bit, and says where that is", () => {
    const starts = readSegment(file).intervals.map(({ offset }) => offset);
    const second = starts[1] ?? 0;
    for (const bit of [0, 4, 8, 12, 30]) {
      const broken = Buffer.from(file);
      broken[second + bit] = (broken[second + bit] ?? 0) ^ 1;
      const { intervals, damage } = readSegment(broken);
      expect(intervals.map(({ offset }) => offset)).toEqual([starts[0], starts[2]]);
      expect(damage).toMatch(new RegExp(`at byte ${second}$`));
    }
  });

  it("refuses other files and versions", () => {
    expect(() => readSegment(Buffer.from("GIF89a, and something after it"))).toThrow(
      "must begin with LISTENQR",
    );
    const newer = Buffer.from(file);
    newer.writeUInt32LE(3, 8);
    expect(() => readSegment(newer)).toThrow("version 2 expected, is 3");
  });
});
