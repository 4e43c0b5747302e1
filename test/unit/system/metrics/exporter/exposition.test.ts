import { describe, expect, it } from "vitest";
import { Exposition } from "../../../../../src/system/metrics/exporter/exposition.ts";

describe("Exposition", () => {
  it("builds a text at most once a second, and one that takes long so rarely that it costs its share", () => {
    let [nowMs, built, buildMs] = [0, 0, 1];
    const exposition = new Exposition({
      keepMs: 1000,
      mostShare: 0.05,
      now: () => nowMs,
      write: () => {
        nowMs += buildMs;
        built += 1;
        return Buffer.from("text");
      },
    });
    const buildsIn = (seconds: number): number => {
      built = 0;
      for (const until = nowMs + seconds * 1000; nowMs < until; nowMs += 10) exposition.get("prometheus");
      return built;
    };
    expect(buildsIn(20)).toBe(20);
    buildMs = 200;
    expect(buildsIn(40)).toBeLessThanOrEqual(10);
  });
});
