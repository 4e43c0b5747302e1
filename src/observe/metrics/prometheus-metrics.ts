/**
 * The metrics of the catalogue in a registry of prom-client. Values are not pushed into them: when the registry is asked,
 * each shows what is on the newest page, so a listener that is gone leaves no series behind.
 *
 * @module
 */
import { Counter, Gauge, type MetricObjectWithValues, type MetricValue, type Registry } from "prom-client";
import { METRICS, type Metric, type MetricsPage } from "./catalogue.ts";

/** A registry of either text format. */
export type AnyRegistry = Pick<Registry, "registerMetric">;

/** Adds the metrics to a registry; `page` gives the newest page whenever it is asked. */
export function registerMetrics(registry: AnyRegistry, page: () => MetricsPage): void {
  for (const metric of METRICS) registerOne(registry, metric, page);
}

function registerOne(registry: AnyRegistry, metric: Metric, page: () => MetricsPage): void {
  const configuration = { name: metric.name, help: metric.help, labelNames: metric.labels, registers: [] };
  const collector = metric.type === "counter" ? new Counter(configuration) : new Gauge(configuration);
  const empty = collector.get.bind(collector);
  collector.get = async () => withPoints(await empty(), metric, page());
  registry.registerMetric(collector);
}

function withPoints(
  object: MetricObjectWithValues<MetricValue<string>>,
  metric: Metric,
  page: MetricsPage,
): MetricObjectWithValues<MetricValue<string>> {
  return { ...object, values: metric.points(page) };
}
