/**
 * The metrics of the catalogue in a registry of prom-client. When the registry is asked, each shows what is on the newest page, so a
 * listener that is gone leaves no series behind.
 *
 * @module
 */
import { Counter, Gauge, type Registry } from "prom-client";
import { METRICS, type Metric, type MetricsPage } from "./metric-catalogue.ts";

/** A registry of either text format. */
export type AnyRegistry = Pick<Registry, "registerMetric">;

/** Adds the metrics to a registry; `page` gives the newest page whenever it is asked. */
export function registerMetrics(registry: AnyRegistry, page: () => MetricsPage): void {
  for (const metric of METRICS) registry.registerMetric(collectorOf(metric, page));
}

function collectorOf(metric: Metric, page: () => MetricsPage): Counter<string> | Gauge<string> {
  const { name, help, labels: labelNames } = metric;
  if (metric.type === "gauge")
    return new Gauge({
      name,
      help,
      labelNames,
      registers: [],
      collect() {
        this.reset();
        for (const { labels, value } of metric.points(page())) this.set({ ...labels }, value);
      },
    });
  return new Counter({
    name,
    help,
    labelNames,
    registers: [],
    collect() {
      this.reset();
      for (const { labels, value } of metric.points(page())) this.inc({ ...labels }, value);
    },
  });
}
