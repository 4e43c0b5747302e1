import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UsageError } from "../../../src/core/errors.ts";
import { formatDuration, parseDuration, parseSize } from "../../../src/core/scenario/index.ts";
import { propertyOptions } from "../seed.ts";

describe("durations", () => {
  it("come back from their text, to the three digits or the 10 ms that people are shown", () => {
    const isNear = (ms: number): void => {
      const error = Math.abs(parseDuration(formatDuration(ms)) - ms);
      const step = ms < 10 ? 0.1 : ms < 999.5 ? 1 : 10;
      expect(error).toBeLessThanOrEqual(step / 2 + 1e-6);
    };
    fc.assert(fc.property(fc.double({ min: 0, max: 600_000, noNaN: true }), isNear), propertyOptions(1000));
  });

  it("come back exactly when they are whole milliseconds below a second", () => {
    const comesBack = (ms: number): void => {
      expect(parseDuration(formatDuration(ms))).toBe(ms);
    };
    fc.assert(fc.property(fc.integer({ min: 0, max: 999 }), comesBack), propertyOptions(1000));
  });

  it("never come without a unit", () => {
    const hasUnit = (ms: number): void => {
      expect(formatDuration(ms)).toMatch(/^\d+(\.\d+)? (ms|s)$/);
    };
    fc.assert(fc.property(fc.double({ min: 0, max: 1e9, noNaN: true }), hasUnit), propertyOptions());
  });
});

describe("quantities", () => {
  it("are refused when they are bare numbers", () => {
    const isRefused = (value: number): void => {
      expect(() => parseDuration(String(value))).toThrow(UsageError);
      expect(() => parseSize(String(value))).toThrow(UsageError);
    };
    fc.assert(fc.property(fc.oneof(fc.integer(), fc.double()), isRefused), propertyOptions());
  });

  it("are finite numbers from 0 up or a UsageError of one line, whatever the text", () => {
    const unit = fc.constantFrom(
      "ns",
      "us",
      "ms",
      "s",
      "min",
      "h",
      "B",
      "kB",
      "MiB",
      "constructor",
      "__proto__",
      "",
    );
    const almost = fc.tuple(fc.stringMatching(/^[0-9.eE+-]{0,40}$/), unit).map((parts) => parts.join(""));
    const isFine = (text: string): void => {
      for (const parse of [parseDuration, parseSize]) {
        try {
          const value = parse(text);
          expect(Number.isFinite(value) && value >= 0).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError);
        }
      }
    };
    fc.assert(fc.property(fc.oneof(fc.string(), almost), isFine), propertyOptions(1000));
  });
});
