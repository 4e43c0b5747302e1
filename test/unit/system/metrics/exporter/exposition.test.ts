import { describe, expect, it } from "vitest";
import { Exposition } from "../../../../../src/system/metrics/exporter/exposition.ts";
import { PiecePool } from "../../../../../src/system/metrics/exporter/text-pieces.ts";

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
        return new PiecePool().write(["text"]);
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

  it("writes its texts over those that nobody sends any more, and over no other", () => {
    const pool = new PiecePool();
    let [nowMs, text] = [0, 0];
    const exposition = new Exposition({
      keepMs: 1000,
      mostShare: 1,
      now: () => nowMs,
      write: () => pool.write([String(++text).repeat(100_000)]),
    });
    const scrape = () => {
      nowMs += 1000;
      return exposition.get("prometheus").body;
    };
    const stalled = scrape();
    const before = stalled.toString();
    for (let scrapes = 0; scrapes < 50; scrapes += 1) scrape().release();
    expect(stalled.toString()).toBe(before);
    const made = pool.made;
    // Of the one that is held, and of those of the widest of the others.
    expect(made).toBeLessThanOrEqual(2 + Math.ceil((2 * 100_000) / 65_532));
    stalled.release();
    for (let scrapes = 0; scrapes < 9; scrapes += 1) scrape().release();
    expect(pool.made).toBe(made);
  });
});
