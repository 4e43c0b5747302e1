import { XMLParser, XMLValidator } from "fast-xml-parser";
import { describe, expect, it } from "vitest";
import { EXPERIMENTS } from "../../../../../src/core/experiment/index.ts";
import { conversationsOfTrace } from "../../../../../src/core/report/picture/conversations-of-trace.ts";
import { ladderLayout } from "../../../../../src/core/report/picture/ladder-layout.ts";
import { ladderSvg } from "../../../../../src/core/report/picture/ladder-svg.ts";
import { NARROW, WIDE } from "../../../../../src/core/report/picture/picture-frame.ts";
import { standalonePicture } from "../../../../../src/core/report/picture/picture-style.ts";
import { queueSeriesOfSamples } from "../../../../../src/core/report/picture/queue-series.ts";
import { queueSvg } from "../../../../../src/core/report/picture/queue-svg.ts";
import { roundMarks } from "../../../../../src/core/report/picture/round-marks.ts";
import { sequenceSvg, shownGroups } from "../../../../../src/core/report/picture/sequence-svg.ts";
import { clockText, spanText } from "../../../../../src/core/report/picture/span-text.ts";
import { waitsSvg } from "../../../../../src/core/report/picture/waits-svg.ts";
import { reportedRun } from "../../../../support/drawn.ts";

const runs = EXPERIMENTS.map(({ name }) => {
  const { scenario, trace } = reportedRun(name);
  return { name, scenario, trace, conversations: conversationsOfTrace(scenario, trace) };
});
const drop = runs[0] as (typeof runs)[number];
const victim = drop.conversations.find(
  ({ client }) => client === "client 4",
) as (typeof drop.conversations)[number];
const SPAN = { from: 0, to: 15_000 };

/** Every element of a picture that has this class. */
function marks(svg: string, wanted: string): unknown[] {
  const found: unknown[] = [];
  const parser = new XMLParser({
    ignoreAttributes: false,
    isArray: () => true,
    updateTag: (tag, _path, attributes) => {
      if (attributes?.["@_class"] === wanted) found.push(attributes);
      return tag;
    },
  });
  parser.parse(svg);
  return found;
}

describe("the pictures of every experiment", () => {
  it.each(runs.map((run) => [run.name, run] as const))("are well formed in both sizes: %s", (_name, run) => {
    for (const frame of [WIDE, NARROW]) {
      const sequence = standalonePicture(sequenceSvg(run.scenario.title, run.conversations, frame));
      const bars = waitsSvg(run.conversations, SPAN, frame)?.text ?? "<none/>";
      const charts = run.scenario.listeners.map(({ name }) => {
        const series = queueSeriesOfSamples(name, run.trace.samples);
        return series === null ? "<none/>" : queueSvg(series, SPAN, frame).text;
      });
      for (const svg of [sequence, bars, ...charts]) expect(XMLValidator.validate(svg)).toBe(true);
    }
  });

  it.each(runs.map((run) => [run.name, run] as const))(
    "have no style attribute, for a strict policy: %s",
    (_name, run) => {
      const svg = sequenceSvg(run.scenario.title, run.conversations, WIDE).text;
      expect(svg).not.toMatch(/ style=|<style|<script/);
    },
  );
});

describe("ladderSvg()", () => {
  const svg = ladderSvg(victim, WIDE).text;

  it("has an arrow's head for each packet that arrived, and a cross for each that was refused", () => {
    const refused = victim.packets.filter(({ isRefused }) => isRefused);
    expect(marks(svg, "cross")).toHaveLength(refused.length);
    expect(marks(svg, "head")).toHaveLength(victim.packets.length - refused.length);
  });

  it("has a tie for each resend, a mark for each call, and a strip for each long silence", () => {
    expect(marks(svg, "tie")).toHaveLength(victim.packets.filter(({ resendOf }) => resendOf !== null).length);
    expect(marks(svg, "call")).toHaveLength(2);
    expect(svg.match(/ of silence/g)?.length).toBeGreaterThan(3);
  });

  it("says how many packets of a long connection it leaves out", () => {
    const packets = Array.from({ length: 90 }, (_, at) => ({
      ...(victim.packets[1] as (typeof victim.packets)[number]),
      number: at + 1,
      sentAt: at,
      arrivedAt: at + 1,
      label: "10 bytes",
      note: null,
      sentNote: null,
      resendOf: null,
    }));
    const long = ladderSvg({ ...victim, packets, calls: [], stays: [] }, WIDE).text;
    expect(marks(long, "head")).toHaveLength(40);
    expect(long).toContain("50 more packets");
  });
});

describe("ladderLayout()", () => {
  it.each([WIDE, NARROW])(
    "leaves each label its lines, and never lets a packet arrive above where it left: $name",
    (frame) => {
      for (const conversation of runs.flatMap(({ conversations }) => conversations.slice(0, 8))) {
        const { labels, arrows } = ladderLayout(conversation, frame, 0);
        for (const lane of ["client", "server"]) {
          const own = labels.filter((label) => label.lane === lane);
          for (const [place, { y }] of own.entries()) {
            const before = own[place - 1];
            if (before !== undefined) expect(y).toBeGreaterThanOrEqual(before.y + before.lines.length * 16);
          }
        }
        for (const { fromY, toY } of arrows) expect(toY).toBeGreaterThanOrEqual(fromY);
      }
    },
  );

  it("draws equal delays with equal slopes where no label is in the way", () => {
    const { arrows } = ladderLayout(
      { ...victim, packets: victim.packets.slice(0, 2), calls: [], stays: [] },
      WIDE,
      0,
    );
    expect(arrows.map(({ fromY, toY }) => Math.round(toY - fromY))).toEqual([30, 30]);
  });
});

describe("shownGroups()", () => {
  it("draws some of each group, and counts the rest", () => {
    const capacity = runs.find(({ name }) => name === "capacity")?.conversations ?? [];
    const groups = shownGroups(capacity);
    expect(groups.reduce((sum, { shown, left }) => sum + shown.length + left, 0)).toBe(capacity.length);
    expect(groups.every(({ shown }) => shown.length >= 1 && shown.length <= 3)).toBe(true);
  });
});

describe("waitsSvg()", () => {
  it("has each wait as a bar, and the number of those that have none", () => {
    const svg = waitsSvg(drop.conversations, SPAN, WIDE)?.text ?? "";
    expect(marks(svg, "wait-room")).toHaveLength(1);
    expect(marks(svg, "wait-accept")).toHaveLength(4);
    const many = Array.from({ length: 200 }, () => ({ ...victim }));
    expect(waitsSvg(many, SPAN, WIDE)?.text).toContain("and 188 more, none of which waited longer");
    expect(waitsSvg([], SPAN, WIDE)).toBeNull();
  });
});

describe("queueSvg()", () => {
  it("shows both queues, what the accept queue holds, and where it was full", () => {
    const series = queueSeriesOfSamples("listener", drop.trace.samples);
    const svg = series === null ? "" : queueSvg(series, SPAN, WIDE).text;
    for (const kind of ["queue-accept", "queue-syn", "capacity"])
      expect(marks(svg, kind).length).toBeGreaterThan(0);
    expect(marks(svg, "wash")).toHaveLength(2);
    expect(svg).toContain("holds 2 (limit 1)");
    expect(queueSeriesOfSamples("nobody", drop.trace.samples)).toBeNull();
  });
});

describe("numbers on pictures", () => {
  it.each([
    [0.123, "0.12 ms"],
    [20, "20 ms"],
    [228.4, "228 ms"],
    [1024, "1.02 s"],
    [3000, "3 s"],
    [250_000, "250 s"],
    [610_000, "10 min 10 s"],
    [600_000, "10 min"],
  ])("%d ms is %s", (ms, text) => {
    expect(spanText(ms)).toBe(text);
  });

  it("counts what is over at once in milliseconds", () => {
    expect([clockText(0.25, 3), clockText(1024, 3000)]).toEqual(["0.25 ms", "1.024 s"]);
  });

  it.each([1.42, 9.99, 14.1, 71.3, 0.0123])("has marks at round numbers on an axis to %d", (last) => {
    const { values, text } = roundMarks(last, 9);
    const step = (values[1] ?? 0) - (values[0] ?? 0);
    expect(["1", "2", "5"]).toContain(step.toExponential(0)[0]);
    expect(values.length).toBeLessThanOrEqual(9);
    expect(values.map((value) => Number(text(value)))).toEqual(
      values.map((value) => Number(value.toFixed(6))),
    );
  });
});
