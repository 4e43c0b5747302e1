import { Registry } from "prom-client";
import { describe, expect, it } from "vitest";
import type { MetricsPage } from "../../../../src/system/metrics/metric-catalogue.ts";
import { registerMetrics } from "../../../../src/system/metrics/prometheus-metrics.ts";
import { SeriesBook } from "../../../../src/system/metrics/series-book.ts";
import { reading } from "./readings.ts";

const LOOK = { everyMs: 100, looks: 1, longestGapMs: null };
const COVERAGE = { watched: LOOK, all: LOOK, synQueue: LOOK, overruns: 0, cpuShare: 0 };

function pageOf(processes: readonly string[]): MetricsPage {
  const readings = processes.map((process, place) =>
    reading(place, { labels: { ...reading(place).labels, process } }),
  );
  return {
    ...new SeriesBook(10).update(readings),
    namespaces: [],
    coverage: COVERAGE,
    hidden: { namespaces: 1, byNamespace: 2, byDescriptors: 3 },
  };
}

describe("metrics in a registry of prom-client", () => {
  it.each([Registry.PROMETHEUS_CONTENT_TYPE, Registry.OPENMETRICS_CONTENT_TYPE])(
    "are the same text whether or not the registry keeps labels: %s",
    async (contentType) => {
      const [own, other] = [new Registry(), new Registry()];
      for (const registry of [own, other]) registry.setContentType(contentType as never);
      let page = pageOf(["web", 'a "quoted" \\ name']);
      registerMetrics(own, () => page);
      // Not known as a registry of this package's prom-client, so all labels are given to it anew.
      registerMetrics({ registerMetric: (metric) => other.registerMetric(metric) }, () => page);
      const first = await own.metrics();
      expect(first).toBe(await other.metrics());
      expect(first).toContain('process="a \\"quoted\\" \\\\ name"');
      page = pageOf(["db"]);
      const second = await own.metrics();
      expect(second).toBe(await other.metrics());
      expect(second).not.toContain("web");
      expect((await own.getMetricsAsJSON())[0]).toHaveProperty("values.0.labels.process", "db");
    },
  );
});
