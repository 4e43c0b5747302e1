import { Registry } from "prom-client";
import { describe, expect, it } from "vitest";
import { CONTENT_TYPES, formatMetrics } from "../../../../src/system/metrics/exporter/text-format.ts";
import { METRICS, type MetricsPage } from "../../../../src/system/metrics/metric-catalogue.ts";
import { registerMetrics } from "../../../../src/system/metrics/prometheus-metrics.ts";
import { SeriesBook } from "../../../../src/system/metrics/series-book.ts";
import { reading } from "./readings.ts";

const LOOK = { everyMs: 100, looks: 1, longestGapMs: null };
const COVERAGE = { watched: LOOK, all: LOOK, synQueue: LOOK, entries: null, overruns: 0, cpuShare: 0 };

function pageOf(processes: readonly string[]): MetricsPage {
  const readings = processes.map((process, place) =>
    reading(place, { labels: { ...reading(place).labels, process } }),
  );
  return {
    ...new SeriesBook(10).update(readings),
    namespaces: [],
    coverage: COVERAGE,
    hidden: { namespaces: 1, byNamespace: 2, byDescriptors: 3 },
    witness: { isHeard: true, unnamed: 4 },
    stuckClients: [{ netns: "1", port: "443", kind: "silent", connections: 3 }],
  };
}

describe("metrics in a registry of prom-client", () => {
  it.each([
    ["prometheus", Registry.PROMETHEUS_CONTENT_TYPE],
    ["openmetrics", Registry.OPENMETRICS_CONTENT_TYPE],
  ] as const)("are the text that the exporter writes itself: %s", async (format, contentType) => {
    const registry = new Registry();
    registry.setContentType(contentType as never);
    let page = pageOf(["web", 'a "quoted" \\ name', "two\nlines"]);
    registerMetrics(registry, () => page);
    const write = () =>
      [
        ...formatMetrics(
          METRICS.map(({ name, help, type, points }) => ({ name, help, type, points: points(page) })),
          format,
        ),
      ].join("");
    expect(await registry.metrics()).toBe(write());
    expect(write()).toContain('process="a \\"quoted\\" \\\\ name"');
    expect(registry.contentType).toBe(CONTENT_TYPES[format]);
    page = pageOf(["db"]);
    expect(await registry.metrics()).toBe(write());
    expect(write()).not.toContain("web");
    expect((await registry.getMetricsAsJSON())[0]).toHaveProperty("values.0.labels.process", "db");
  });

  it("writes what no number of JavaScript spells as Prometheus does", () => {
    const points = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN].map((value) => ({
      labels: {},
      value,
    }));
    const text = [...formatMetrics([{ name: "x", help: "a\nb", type: "gauge", points }], "prometheus")];
    expect(text.join("")).toBe("# HELP x a\\nb\n# TYPE x gauge\nx +Inf\nx -Inf\nx NaN\n");
  });
});
