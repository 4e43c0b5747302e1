import { describe, expect, it } from "vitest";
import { benchPicture } from "../../../scripts/bench-picture.mjs";
import { benchTable } from "../../../scripts/bench-table.mjs";

const ratio = {
  id: "ours-ab",
  text: "listenq load / ab, one process",
  value: 1.37,
  low: 1.28,
  high: 1.65,
  runs: 7,
  unit: "x",
  aim: { atLeast: 1.2 },
  met: true,
};
const late = { ...ratio, text: "start error <p99>", value: 1.5, unit: "ms", aim: { atMost: 1 }, met: false };
const gain = { ...ratio, text: "lost", value: -3, low: -3, high: -3, unit: "%", aim: { atMost: 1 } };
const bare = { ...ratio, text: "ab", unit: "", low: null, high: null, runs: null, aim: null, met: null };
const document = {
  takenAt: "2026-11-30T00:00:00.000Z",
  machine: { cpu: "CPU", cores: 2, memoryGiB: 8, kernel: "6.18", node: "20", loadAverage: 0.5 },
  tookMs: 90_000,
  isQuick: true,
  failed: [],
  benches: [
    { name: "load", title: "Opening connections", figures: [ratio, late, bare, gain], notes: ["a note"] },
  ],
};

describe("the table of all benches", () => {
  it("tells machine, peer, spread, aim and method of each figure", () => {
    const lines = benchTable(document).split("\n");
    expect(lines[0]).toBe(
      "CPU, 2 cores, 8 GiB; Linux 6.18; Node 20; load average 0.50 before the first. Taken 2026-11-30 in 1.5 minutes, each figure once.",
    );
    expect(lines[4]).toBe(
      "| listenq load / ab, one process | 1.37 x | 1.28 x to 1.65 x (n=7) | ab | at least 1.20 x | met | [load](load.bench.mjs) |",
    );
    expect(lines[5]).toContain("| at most 1.00 ms | **not met** |");
    expect(lines[6]).toContain("| ab | 1.37 |  |  |  |  |");
    expect(lines).toContain("load: a note");
    expect(benchTable({ ...document, failed: ["page"] })).toContain("Failed, and so without figures: page.");
  });
});

describe("the picture of all benches", () => {
  it("puts what meets its aim to the left of the line, what misses it to the right, and nothing else", () => {
    const svg = benchPicture(document);
    const middle = Number(/class="aim" x1="([\d.]+)"/.exec(svg)?.[1]);
    const places = [...svg.matchAll(/circle class="(\w+)" cx="([\d.]+)"/g)].map(([, kind, x]) => [
      kind,
      Number(x) - middle < 0,
    ]);
    expect(places).toEqual([
      ["met", true],
      ["missed", false],
      ["met", true],
    ]);
    expect(svg).toContain("start error &lt;p99>");
  });
});
