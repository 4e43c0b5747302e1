import { describe, expect, it } from "vitest";
import { sparkline } from "../../../../../src/core/report/layout/sparkline.ts";

describe("sparkline", () => {
  it("is full at the top and above, lowest for whatever is not nothing, blank for nothing and for the unknown", () => {
    expect(sparkline([0, 1, 50, 100, 200, null], 100, 6)).toBe(" ▁▄██ ");
  });
  it("shows the last values, on the right", () => {
    expect(sparkline([1, 1, 8], 8, 2)).toBe("▁█");
    expect(sparkline([8], 8, 3)).toBe("  █");
  });
});
