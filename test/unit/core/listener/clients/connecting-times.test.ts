import { describe, expect, it } from "vitest";
import { synTimes } from "../../../../../src/core/listener/clients/connecting-times.ts";

const OLD = { retries: 6, linearTimeouts: 0 };
/** The default since Linux 6.5. */
const NEW = { retries: 6, linearTimeouts: 4 };

describe("synTimes", () => {
  it("counts 1, 3, 7 s where each gap is twice the one before", () => {
    expect([1, 2, 3].map((resends) => synTimes("late", resends, null, OLD)?.sinceMs)).toEqual([
      1_000, 3_000, 7_000,
    ]);
    expect(synTimes("connecting", 2, 3_500, OLD)).toEqual({ sinceMs: 3_500, givesUpInMs: 123_500 });
  });

  it("counts the linear ones of Linux 6.5 first", () => {
    expect([1, 2, 4, 5, 6, 7].map((resends) => synTimes("late", resends, null, NEW)?.sinceMs)).toEqual([
      1_000, 2_000, 4_000, 5_000, 7_000, 11_000,
    ]);
    expect(synTimes("connecting", 0, 400, NEW)).toEqual({ sinceMs: 600, givesUpInMs: 130_400 });
  });

  it("says nothing where the sysctls or the timer are not known", () => {
    expect(synTimes("connecting", 1, 100, null)).toBeNull();
    expect(synTimes("connecting", 1, null, OLD)).toBeNull();
    expect(synTimes("silent", 1, 100, OLD)).toBeNull();
  });
});
