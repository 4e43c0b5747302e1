/**
 * `listenq/opentelemetry`: the metrics of listeners as observable instruments of a program's own meter. It imports nothing of
 * OpenTelemetry; any `Meter` of `@opentelemetry/api` fits.
 *
 * @module
 */
import {
  type ListenerMetrics,
  type ListenerMetricsOptions,
  openPage,
} from "./system/metrics/listener-metrics.ts";
import { type ObservableMeter, observeMetrics } from "./system/metrics/opentelemetry-metrics.ts";

export type { ListenerMetrics, ListenerMetricsOptions } from "./system/metrics/listener-metrics.ts";
export type {
  InstrumentOptions,
  ObservableInstrument,
  ObservableMeter,
  ObservableResult,
} from "./system/metrics/opentelemetry-metrics.ts";

/**
 * Makes `listenq.accept_queue.length` and its siblings (docs/exporter.md has them all, with underscores for dots) and keeps them up to date until
 * `close()`.
 *
 * @throws {NotSupportedError} where listeners cannot be looked at; then no instrument is made
 * @example
 * import { metrics } from "@opentelemetry/api";
 * observeListeners(metrics.getMeter("my-service"));
 */
export function observeListeners(
  meter: ObservableMeter,
  options: ListenerMetricsOptions = {},
): ListenerMetrics {
  let stop = (): void => {};
  const { page, close } = openPage(options, () => stop());
  stop = observeMetrics(meter, () => page.newest);
  return { close };
}
