import { render } from "ink-testing-library";
import { createElement } from "react";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Sample } from "../../../../src/core/listener/sample/sample.ts";
import { type OnSample, Top } from "../../../../src/ui/top/app.ts";
import { runTop } from "../../../../src/ui/top/run-top.ts";
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

let unmount: (() => void) | null = null;
afterEach(() => unmount?.());

function start(columns: number, rows = 24) {
  let interrupted = 0;
  let suspended = 0;
  let give: (sample: Sample, share?: number) => void = () => undefined;
  const subscribe = (onSample: OnSample) => {
    give = onSample;
    onSample(sampleOf([...many, full]));
    return () => undefined;
  };
  const app = render(
    createElement(Top, {
      subscribe,
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
      onInterrupt: () => {
        interrupted += 1;
      },
      onSuspend: () => {
        suspended += 1;
      },
      order: "fullness",
      filter: "",
      size: { columns, rows },
    }),
  );
  unmount = app.unmount;
  const press = async (...keys: string[]) => {
    for (const key of keys) {
      app.stdin.write(key);
      await settled();
    }
  };
  return {
    app,
    press,
    interrupted: () => interrupted,
    suspended: () => suspended,
    give: (sample: Sample, share?: number) => give(sample, share),
    frame: () => app.lastFrame() ?? "",
  };
}

/** Ink draws and listens in effects, and React runs them in turns of the event loop, each of which asks for the next. */
const TURNS = 20;
async function settled(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) await new Promise((resolve) => setImmediate(resolve));
}

// The fake terminal of ink-testing-library is 100 columns wide; wider lines would be cut by it, not by top.
describe.each([80, 100])("top at %i columns", (columns) => {
  it("shows the fullest first, no line wider than the screen, and no more lines than it has", async () => {
    const { frame } = start(columns);
    await settled();
    const lines = frame().split("\n");
    expect(lines.length).toBeLessThanOrEqual(24);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
    expect(lines[3]).toMatch(/^>127\.0\.0\.1:8080 +5\/5 +5\*/);
    expect(frame()).not.toContain("\u001b[31m-server");
  });

  it("filters, sorts, opens one listener, comes back", async () => {
    const { frame, press } = start(columns);
    await settled();
    await press("/", "w", "o", "r", "k", "e", "r", "3", "9", "\r");
    expect(frame()).toContain("127.0.0.1:139");
    expect(frame()).not.toContain("8080");
    await press("\u001b");
    // A lone Escape might be the beginning of another key for a moment.
    await expect.poll(frame).toContain("41 of 41 listeners");
    await press("N", "g");
    expect(frame().split("\n")[3]).toContain("127.0.0.1:100");
    await press("C", "g", "\r");
    expect(frame()).toContain("waiting: 4 clients, 1 that have closed, 0 that were reset");
    expect(frame()).toContain("the oldest waits for 1.5 s: 10.0.0.9:5555");
    expect(frame()).toContain("cause: accept-queue-full");
    expect(frame()).toContain("█");
    expect(frame()).toContain("critical accept-queue-full: The accept queue is full: 5 of 5");
    expect(frame()).toContain("do: ");
    expect(frame().split("\n").length).toBeLessThanOrEqual(24);
  });

  it("pauses: a sample that comes then is not shown", async () => {
    const { frame, press, give } = start(columns);
    await settled();
    await press("p");
    give(sampleOf([], 9));
    await settled();
    expect(frame()).toContain("PAUSED");
    expect(frame()).toContain("8080");
    await press("p");
    give(sampleOf([], 9));
    await settled();
    expect(frame()).toContain("no listeners");
  });

  it("takes keys that come all at once, as over a slow line", async () => {
    const { frame, press } = start(columns);
    await settled();
    await press("/worker3x\u007f9\r");
    expect(frame()).toContain("127.0.0.1:139");
    expect(frame()).not.toContain("8080");
  });

  it("knows the keys of top and htop for the order", async () => {
    const { frame, press } = start(columns);
    await settled();
    await press(">");
    expect(frame()).toContain("by length");
    await press("<", "<");
    expect(frame()).toContain("by name");
    await press("R");
    expect(frame()).toContain("by name reversed");
  });

  it("tells the worst finding of the listener under the cursor, and in full when it is opened", async () => {
    const { frame, press } = start(columns);
    await settled();
    expect(frame()).toMatch(/^critical accept-queue-full: The accept queue is full: 5 of 5/m);
    await press("\r");
    const text = frame().replace(/\s+/g, " ");
    expect(text).toContain("a longer queue only buys time");
    expect(frame().split("\n").length).toBeLessThanOrEqual(24);
  });

  it("lets an opened listener be scrolled to the end of what is wrong with it", async () => {
    const { frame, press } = start(columns, 16);
    await settled();
    await press("\r");
    const seen = [frame()];
    expect(frame()).toMatch(/down: \d+ more lines/);
    await press("\u001b[6~");
    seen.push(frame());
    await press("G", "j");
    seen.push(frame());
    expect(frame()).toContain("up: more above");
    expect(seen.join("\n")).toContain("listenq docs accept-queue-full");
    for (const shown of seen) expect(shown.split("\n").length).toBeLessThanOrEqual(16);
    await press("g");
    expect(frame()).toBe(seen[0]);
  });

  it("names the same findings in the table and in the listener that is opened from it", async () => {
    const { frame, press } = start(columns);
    await settled();
    const [, worst] = /^(\w+ [\w-]+): /m.exec(frame()) ?? [];
    await press("\r");
    const [, first] = /^(\w+ [\w-]+): .*full/m.exec(frame()) ?? [];
    expect(first).toBe(worst);
  });

  it("hands Ctrl-Z on, and goes on as it was", async () => {
    const { frame, press, suspended } = start(columns);
    await settled();
    await press("\u001a");
    expect(suspended()).toBe(1);
    expect(frame()).toContain("41 of 41 listeners");
  });

  it("ends by q and by Ctrl-C, and says which", async () => {
    const quit = start(columns);
    await settled();
    await quit.press("q");
    expect(quit.interrupted()).toBe(0);
    const stopped = start(columns);
    await settled();
    await stopped.press("\u0003");
    expect(stopped.interrupted()).toBe(1);
  });

  it("explains its keys, each to the end", async () => {
    const { frame, press } = start(columns);
    await settled();
    await press("?");
    expect(frame()).toContain("filter by address");
    const text = frame().replace(/\s+/g, " ");
    expect(text).toContain("who waits, what is wrong and what to do");
    expect(text).toContain("drops, SYN queue, name");
    expect(frame()).toContain("any key: back");
    expect(frame().split("\n").length).toBeLessThanOrEqual(24);
  });
});

it("says what the whole of top costs, not only its looks", async () => {
  const { frame, give } = start(100);
  await settled();
  give(sampleOf([full], 9), 0.021);
  await settled();
  expect(frame()).toContain("100 ms at others: 0.2 %, top 2.1 % of a core");
});

it("takes no screen when Ctrl-C came while it was loaded", async () => {
  const aborted = AbortSignal.abort(130);
  const subscribe = vi.fn(() => () => undefined);
  const inspect = () => ({ waiting: null, owner: null });
  await runTop({ hasColours: false, signal: aborted, order: "fullness", filter: "", subscribe, inspect });
  expect(subscribe).not.toHaveBeenCalled();
});
