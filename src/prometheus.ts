/**
 * `listenq/prometheus`: the metrics of listeners in a program's own prom-client registry, beside its own.
 *
 * @module
 */
import {
  type ListenerMetrics,
  type ListenerMetricsOptions,
  openPage,
} from "./system/metrics/listener-metrics.ts";
import { type AnyRegistry, registerMetrics } from "./system/metrics/prometheus-metrics.ts";

export type { ListenerMetrics, ListenerMetricsOptions } from "./system/metrics/listener-metrics.ts";
export type { AnyRegistry } from "./system/metrics/prometheus-metrics.ts";

/**
 * Registers `listenq_accept_queue_length` and its siblings (docs/exporter.md has them all) and keeps them up to date until
 * `close()`.
 *
 * @throws {NotSupportedError} where listeners cannot be looked at; then nothing is registered
 * @throws {Error} prom-client's own, when the registry has a metric of the same name
 * @example
 * import { register } from "prom-client";
 * registerListenerMetrics(register);
 */
export function registerListenerMetrics(
  registry: AnyRegistry,
  options: ListenerMetricsOptions = {},
): ListenerMetrics {
  const { page, close } = openPage(options);
  try {
    registerMetrics(registry, () => page.newest);
  } catch (error) {
    close();
    throw error;
  }
  return { close };
}
