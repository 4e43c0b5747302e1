import { describe, expect, it, vi } from "vitest";
import type { Sample } from "../../../../src/core/listener/sample/sample.ts";
import { KeyReader } from "../../../../src/ui/top/key-reader.ts";
import { runTop } from "../../../../src/ui/top/run-top.ts";
import { Top } from "../../../../src/ui/top/top.ts";
import { listenerSample, sampleOf } from "../../../support/samples.ts";

const full = listenerSample({
  cookie: "aa",
  port: 8080,
  process: { pid: 7, name: "slow\u001b[31m-server", fd: 3 },
  acceptQueue: { length: 5, limit: 4, capacity: 5 },
  intervalPeak: 5,
  peak: { length: 5, at: 0, by: "drops" },
  dropsPerSecond: 3,
  drops: 9,
  rise: { raw: 3, refused: { value: 3, exact: true }, cause: "accept-queue-full", candidates: [] },
});
const many = Array.from({ length: 40 }, (_, place) =>
  listenerSample({
    cookie: `b${place}`,
    port: 100 + place,
    process: { pid: 100 + place, name: `worker${place}`, fd: 3 },
  }),
);

function start(columns: number, rows = 24) {
  const size = { columns, rows };
  const keys = new KeyReader();
  const top = new Top({
    inspect: () => ({
      waiting: {
        alive: 4,
        closed: 1,
        reset: 0,
        oldestMs: 1_500,
        oldest: "10.0.0.9:5555",
        stillWaiting: null,
        left: null,
        takenAtLeast: null,
        closedFrom: [],
      },
      owner: null,
    }),
    order: "fullness",
    filter: "",
  });
  const give = (sample: Sample, share: number | null = null) => top.take(sample, share);
  give(sampleOf([...many, full]));
  return {
    top,
    give,
    press: (...pieces: string[]) => {
      for (const piece of pieces)
        for (const key of [...keys.read(piece), ...keys.finish()]) top.press(key, size);
    },
    frame: () =>
      top
        .lines(size)
        .map(({ text }) => text)
        .join("\n"),
  };
}

describe.each([60, 80, 100])("top at %i columns", (columns) => {
  it("shows the fullest first, no line wider than the screen, and no more lines than it has", () => {
    const { frame } = start(columns);
    const lines = frame().split("\n");
    expect(lines.length).toBeLessThanOrEqual(24);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
    expect(lines[3]).toMatch(/^>127\.0\.0\.1:8080 +5\/5 +5\*/);
    expect(frame()).not.toContain("\u001b[31m-server");
  });

  it("filters, sorts, opens one listener, comes back", () => {
    const { frame, press } = start(columns);
    press("/", "w", "o", "r", "k", "e", "r", "3", "9", "\r");
    expect(frame()).toContain("127.0.0.1:139");
    expect(frame()).not.toContain("8080");
    press("\u001b");
    expect(frame()).toContain("41 of 41 listeners");
    press("N", "g");
    expect(frame().split("\n")[3]).toContain("127.0.0.1:100");
    press("C", "g", "\r");
    expect(frame()).toContain("waiting: 4 clients, 1 that have closed, 0 that were reset");
    expect(frame()).toContain("the oldest waits for 1.5 s: 10.0.0.9:5555");
    expect(frame()).toContain("cause: accept-queue-full");
    expect(frame()).toContain("█");
    expect(frame().replace(/\s+/g, " ")).toContain(
      "critical accept-queue-full: The accept queue is full: 5 of 5",
    );
    expect(frame()).toContain("do: ");
    expect(frame().split("\n").length).toBeLessThanOrEqual(24);
  });

  it("pauses: a sample that comes then is not shown", () => {
    const { frame, press, give } = start(columns);
    press("p");
    give(sampleOf([], 9));
    expect(frame()).toContain("PAUSED");
    expect(frame()).toContain("8080");
    press("p");
    give(sampleOf([], 9));
    expect(frame()).toContain("no listeners");
  });

  it("takes keys that come all at once, as over a slow line", () => {
    const { frame, press } = start(columns);
    press("/worker3x\u007f9\r");
    expect(frame()).toContain("127.0.0.1:139");
    expect(frame()).not.toContain("8080");
  });

  it("knows the keys of top and htop for the order", () => {
    const { frame, press } = start(columns);
    press(">");
    expect(frame()).toContain("by length");
    press("<", "<");
    expect(frame()).toContain("by name");
    press("R");
    expect(frame()).toContain("by name reversed");
  });

  it("tells the worst finding of the listener under the cursor, and in full when it is opened", () => {
    const { frame, press } = start(columns);
    expect(frame()).toMatch(/^critical accept-queue-full: The accept queue is full: /m);
    press("\r");
    const text = frame().replace(/\s+/g, " ");
    expect(text).toContain("a longer queue only buys time");
    expect(frame().split("\n").length).toBeLessThanOrEqual(24);
  });

  it("lets an opened listener be scrolled to the end of what is wrong with it", () => {
    const { frame, press } = start(columns, 16);
    press("\r");
    const seen = [frame()];
    expect(frame()).toMatch(/down: \d+ more lines/);
    press("\u001b[6~");
    seen.push(frame());
    press("G", "j");
    seen.push(frame());
    expect(frame()).toContain("up: more above");
    expect(seen.join("\n")).toContain("listenq docs accept-queue-full");
    for (const shown of seen) expect(shown.split("\n").length).toBeLessThanOrEqual(16);
    press("g");
    expect(frame()).toBe(seen[0]);
  });

  it("names the same findings in the table and in the listener that is opened from it", () => {
    const { frame, press } = start(columns);
    const [, worst] = /^(\w+ [\w-]+): /m.exec(frame()) ?? [];
    press("\r");
    const [, first] = /^(\w+ [\w-]+): .*full/m.exec(frame()) ?? [];
    expect(first).toBe(worst);
  });

  it("ends by q and by Ctrl-C, and says which", () => {
    const quit = start(columns);
    quit.press("q");
    expect([quit.top.isDone, quit.top.isInterrupted]).toEqual([true, false]);
    const stopped = start(columns);
    stopped.press("\u0003");
    expect([stopped.top.isDone, stopped.top.isInterrupted]).toEqual([true, true]);
  });

  it("explains its keys, each to the end", () => {
    const { frame, press } = start(columns);
    press("?");
    expect(frame()).toContain("filter by address");
    const text = frame().replace(/\s+/g, " ");
    expect(text).toContain("who waits, what is wrong and what to do");
    expect(text).toContain("drops, SYN queue, name");
    expect(frame()).toContain("any key: back");
    expect(frame().split("\n").length).toBeLessThanOrEqual(24);
  });
});

it("says what the whole of top costs, not only its looks", () => {
  const { frame, give } = start(100);
  give(sampleOf([full], 9), 0.021);
  expect(frame()).toContain("100 ms at others: 0.2 %, top 2.1 % of a core");
});

it("says it all in 60 columns too: the cost, the order, the pause", () => {
  const { frame, give, press } = start(60);
  give(sampleOf([full], 9), 0.121);
  press("p");
  const [first, second] = frame().split("\n");
  expect(first).toBe("12:00:09Z  PAUSED  1 of 1 listeners, 1 full  by fullness");
  expect(second).toBe("looks every 10 ms and 100 ms: 0.2 %, top 12.1 % of a core");
});

it("takes no screen when Ctrl-C came while it was loaded", async () => {
  const aborted = AbortSignal.abort(130);
  const subscribe = vi.fn(() => () => undefined);
  const inspect = () => ({ waiting: null, owner: null });
  await runTop({ hasColours: false, signal: aborted, order: "fullness", filter: "", subscribe, inspect });
  expect(subscribe).not.toHaveBeenCalled();
});
