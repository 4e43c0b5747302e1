import { describe, expect, it } from "vitest";
import { UsageError } from "../../../../src/core/errors.ts";
import { formatDuration, parseDuration, parseSize } from "../../../../src/core/scenario/index.ts";
import { SIZE_FORM } from "../../../../src/core/scenario/units.ts";

describe("parseDuration", () => {
  it.each([
    ["0ms", 0],
    ["20ms", 20],
    ["1.5s", 1500],
    ["250us", 0.25],
    ["100ns", 0.0001],
    ["2min", 120_000],
    ["10m", 600_000],
    ["7d", 604_800_000],
    ["1h", 3_600_000],
    ["3 s", 3000],
  ])("reads %s as %d ms", (text, ms) => {
    expect(parseDuration(text)).toBeCloseTo(ms, 12);
  });

  it.each([
    "20",
    "1.5",
    "",
    "ms",
    "-5ms",
    "+5ms",
    "1e3ms",
    ".5s",
    "5.s",
    "5 0ms",
    "5ms ",
    " 5ms",
    "5MS",
    "0x5ms",
    "five s",
    "5ms\n",
  ])("refuses %j, and says what it expected", (text) => {
    expect(() => parseDuration(text)).toThrow(UsageError);
    expect(() => parseDuration(text)).toThrow(
      `expected a duration such as 20ms or 10s (ns, us, ms, s, m or min, h, d), got ${text}`,
    );
  });

  it.each(["constructor", "toString", "valueOf", "hasOwnProperty"])(
    "does not take %s, which every JavaScript object has, for a unit",
    (unit) => {
      expect(() => parseDuration(`5${unit}`)).toThrow(UsageError);
    },
  );

  it("refuses a number that no timer can hold", () => {
    expect(() => parseDuration(`${"9".repeat(400)}s`)).toThrow(UsageError);
    expect(() => parseDuration(`${"9".repeat(30)}s`)).toThrow(UsageError);
  });
});

describe("parseSize", () => {
  it.each([
    ["0B", 0],
    ["82B", 82],
    ["4kB", 4000],
    ["4KiB", 4096],
    ["1.5kB", 1500],
    ["1MB", 1_000_000],
    ["1MiB", 1_048_576],
    ["1G", 1_073_741_824],
    ["2TB", 2e12],
  ])("reads %s as %d bytes", (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  it.each(["82", "82b", "82KB", "-1B", "constructor"])("refuses %j", (text) => {
    expect(() => parseSize(text)).toThrow(`expected ${SIZE_FORM}, got ${text}`);
  });

  it("refuses a part of a byte", () => {
    expect(() => parseSize("0.5B")).toThrow("expected a whole number of bytes, got 0.5B");
  });
});

describe("formatDuration", () => {
  it.each([
    [0, "0 ms"],
    [0.25, "0.3 ms"],
    [9.96, "10 ms"],
    [20, "20 ms"],
    [999, "999 ms"],
    [1000, "1 s"],
    [1040, "1.04 s"],
    [60_000, "60 s"],
  ])("writes %d ms as %j", (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it("never writes a full second as 1000 ms", () => {
    expect(formatDuration(999.7)).toBe("1 s");
  });
});
