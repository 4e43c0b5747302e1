import fc from "fast-check";
import { XMLParser, XMLValidator } from "fast-xml-parser";
import { describe, expect, it } from "vitest";
import { simulateExperiment } from "../../../../src/core/compare/eras/index.ts";
import { EXPERIMENTS } from "../../../../src/core/experiment/index.ts";
import { rulesOf } from "../../../../src/core/model/index.ts";
import { experimentPage } from "../../../../src/core/report/page/experiment-page.ts";
import { markup } from "../../../../src/core/report/page/markup.ts";
import { queueSvg } from "../../../../src/core/report/picture/queue-svg.ts";
import { sequenceSvg } from "../../../../src/core/report/picture/sequence-svg.ts";
import { timeAxis } from "../../../../src/core/report/picture/time-axis.ts";

const VARIANT = { faithful: false, family: "ipv4", synQueueTest: ">" } as const;
const runs = EXPERIMENTS.map((experiment) =>
  simulateExperiment(experiment, VARIANT, { rules: rulesOf("6.14") }),
);
const drop = runs[0];
if (drop === undefined) throw new Error("no experiment");

/** Every element of a picture that has this name. */
function elements(svg: string, name: string): unknown[] {
  const found: unknown[] = [];
  const parser = new XMLParser({
    ignoreAttributes: false,
    isArray: () => true,
    updateTag: (tag, _path, attributes) => {
      if (tag === name) found.push(attributes);
      return tag;
    },
  });
  parser.parse(svg);
  return found;
}

describe("markup", () => {
  it("lets nothing that is put in become markup", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const { text: made } = markup`<a title="${text}">${text}</a>`;
        expect(XMLValidator.validate(made)).toBe(true);
        expect(made.match(/</g)).toHaveLength(2);
      }),
    );
  });

  it("keeps markup that is put into markup, and lists of it, and leaves null out", () => {
    expect(markup`<ul>${["a<b", "c"].map((one) => markup`<li>${one}</li>`)}${null}</ul>`.text).toBe(
      "<ul><li>a&lt;b</li><li>c</li></ul>",
    );
  });
});

describe("timeAxis()", () => {
  it("keeps the order of moments, with room between them and less for a wait than it takes", () => {
    const axis = timeAxis([0, 0.001, 5, 5000], 10);
    const places = [0, 0.001, 5, 5000].map(axis.y);
    const gaps = places.slice(1).map((place, at) => place - (places[at] ?? 0));
    expect(places[0]).toBe(10);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(17);
    expect(Math.max(...gaps)).toBeLessThan(60);
    expect(axis.height).toBe((places[3] ?? 0) - 10);
  });
});

describe("the pictures of every experiment", () => {
  it.each(runs.map((run) => [run.experiment.name, run] as const))("are well formed: %s", (_name, run) => {
    const { trace } = run.recording;
    expect(XMLValidator.validate(sequenceSvg(run.scenario, trace).text)).toBe(true);
    for (const { name } of run.scenario.listeners)
      expect(XMLValidator.validate(queueSvg(name, trace.samples)?.text ?? "")).toBe(true);
  });

  it("have an arrow for each packet, and a cross for each that was lost", () => {
    for (const { scenario, recording } of runs) {
      const { packets } = recording.trace;
      const shown = packets.slice(0, 400);
      const svg = sequenceSvg(scenario, recording.trace).text;
      expect(elements(svg, "polygon")).toHaveLength(
        shown.filter(({ arrivedAt }) => arrivedAt !== null).length,
      );
      expect(elements(svg, "path")).toHaveLength(shown.filter(({ arrivedAt }) => arrivedAt === null).length);
      expect(svg.includes("more packets")).toBe(packets.length > 400);
    }
  });

  it("show a queue's lines to its longest, and nothing of a listener that nobody looked at", () => {
    const svg = queueSvg("listener", drop.recording.trace.samples)?.text ?? "";
    expect(elements(svg, "path")).toHaveLength(3);
    expect(queueSvg("nobody", drop.recording.trace.samples)).toBeNull();
  });
});

describe("an experiment's page", () => {
  const html = experimentPage(
    { ...drop, trace: drop.recording.trace, reason: null },
    "the model of Linux 6.14",
  );

  it("is one file that asks for nothing from elsewhere and runs nothing", () => {
    expect(html).not.toMatch(/<script|<link|<img|@import|url\(/i);
    expect(html.match(/https?:\/\/[^"]+/g)?.every((one) => one.startsWith("http://www.w3.org/"))).toBe(true);
  });

  it("has the question, every claim with its verdict, every packet and the pictures", () => {
    expect(html).toContain(drop.experiment.question);
    expect(html.match(/<b class="good">holds<\/b>/g)).toHaveLength(drop.claims.length);
    expect(html.match(/<svg /g)).toHaveLength(2);
    for (const { number } of drop.recording.trace.packets)
      expect(html).toContain(`<td class="number">${number}</td>`);
  });

  it("says what fails, and what is not supported", () => {
    const failed = drop.claims.map((claim) => ({ ...claim, holds: false }));
    const told = { ...drop, claims: failed, trace: drop.recording.trace, reason: null };
    expect(experimentPage(told, "Linux")).toContain('<b class="bad">fails</b>');
    const reason = "no namespaces <here>";
    const none = { ...told, verdict: "not supported" as const, scenario: null, trace: null, reason };
    expect(experimentPage(none, "Linux")).toContain("Not supported: no namespaces &lt;here&gt;");
  });
});
