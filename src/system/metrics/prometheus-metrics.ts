/**
 * The metrics of the catalogue in a registry of prom-client. Values are not pushed into them: when the registry is asked,
 * each shows what is on the newest page, so a listener that is gone leaves no series behind.
 *
 * @module
 */
import { Counter, Gauge, type MetricObjectWithValues, type MetricValue, Registry } from "prom-client";
import { METRICS, type Metric, type MetricsPage } from "./metric-catalogue.ts";

/** A registry of either text format. */
export type AnyRegistry = Pick<Registry, "registerMetric">;

/** Adds the metrics to a registry; `page` gives the newest page whenever it is asked. */
export function registerMetrics(registry: AnyRegistry, page: () => MetricsPage): void {
  for (const metric of METRICS) registerOne(registry, metric, page);
}

type Values = MetricObjectWithValues<MetricValue<string>>;

const NO_LABELS = {};

function registerOne(registry: AnyRegistry, metric: Metric, page: () => MetricsPage): void {
  const configuration = { name: metric.name, help: metric.help, labelNames: metric.labels, registers: [] };
  const collector = metric.type === "counter" ? new Counter(configuration) : new Gauge(configuration);
  const empty = collector.get.bind(collector);
  collector.get = async () => ({ ...(await empty()), values: metric.points(page()) });
  // A registry of another version of prom-client may not know of shared labels, and would leave them out.
  if (registry instanceof Registry) {
    Object.assign(collector, {
      getForPromString: async () => withSharedLabels(await empty(), metric, page()),
    });
  }
  registry.registerMetric(collector);
}

/**
 * prom-client keeps the text of labels that are shared, as those of a histogram's buckets are, for as long as the object is the
 * same; to write labels anew is most of what a scrape of many listeners costs. It is no documented part of prom-client, hence
 * the exact version in package.json and a test.
 */
function withSharedLabels(object: Values, metric: Metric, page: MetricsPage): Values {
  const values = metric
    .points(page)
    .map(({ labels, value }) => ({ value, labels: NO_LABELS, sharedLabels: labels }));
  return { ...object, values };
}
