import { describe, expect, it } from "vitest";
import { roomWithin } from "../../../../src/system/lab/run-many.ts";

describe("roomWithin", () => {
  it("leaves each scenario more descriptors than it needs on average, and always has room for one", () => {
    expect(roomWithin(1024)).toBe(51);
    expect(roomWithin(10)).toBe(1);
    expect(roomWithin(null)).toBe(Number.POSITIVE_INFINITY);
  });
});
