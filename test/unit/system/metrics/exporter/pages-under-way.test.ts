import { describe, expect, it } from "vitest";
import { PagesUnderWay } from "../../../../../src/system/metrics/exporter/pages-under-way.ts";

class Reader {
  isEnded = false;
  destroy(): void {
    this.isEnded = true;
  }
}

describe("pages on their way", () => {
  let nowMs = 0;
  const room = (mostBytes: number) => new PagesUnderWay({ mostBytes, stalledMs: 2000, now: () => nowMs });

  it("are never more than fit, however many ask, each of them counted", () => {
    const pages = room(32);
    const answers = Array.from({ length: 64 }, () => pages.begin(9, new Reader()));
    expect(answers.filter((page) => page !== null)).toHaveLength(3);
    expect(pages.bytes).toBe(27);
    for (const page of answers) page?.ended();
    expect(pages.bytes).toBe(0);
  });

  it("make room for whoever comes by ending who has stalled, the longest first, and nobody else", () => {
    nowMs = 0;
    const pages = room(32);
    const [first, second, third] = [new Reader(), new Reader(), new Reader()];
    pages.begin(9, first);
    const second_ = pages.begin(9, second);
    pages.begin(9, third);
    nowMs = 2000;
    second_?.moved();
    expect(pages.begin(9, new Reader())).not.toBeNull();
    expect(pages.begin(9, new Reader())).not.toBeNull();
    expect([first, second, third].map(({ isEnded }) => isEnded)).toEqual([true, false, true]);
    expect(pages.begin(9, new Reader())).toBeNull();
    expect(pages.bytes).toBe(27);
  });

  it("may be larger than all that fits, where it is the only one", () => {
    expect(room(5).begin(9, new Reader())).not.toBeNull();
  });
});
