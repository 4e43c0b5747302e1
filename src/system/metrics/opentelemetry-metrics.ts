/**
 * The metrics of the catalogue as observable instruments of OpenTelemetry. Nothing of OpenTelemetry is imported: what is
 * needed of a meter is written down here, and the real one fits.
 *
 * @module
 */
import { METRICS, type Metric, type MetricsPage } from "./metric-catalogue.ts";

/** Where a callback puts its values. */
export interface ObservableResult {
  observe(value: number, attributes?: Record<string, string>): void;
}

/** An observable instrument. */
export interface ObservableInstrument {
  addCallback(callback: (result: ObservableResult) => void): void;
  removeCallback(callback: (result: ObservableResult) => void): void;
}

/** What is needed of a `Meter` of `@opentelemetry/api`, from version 1.3 on. */
export interface ObservableMeter {
  createObservableGauge(name: string, options: InstrumentOptions): ObservableInstrument;
  createObservableCounter(name: string, options: InstrumentOptions): ObservableInstrument;
}

/** What an instrument says of itself. */
export interface InstrumentOptions {
  readonly description: string;
  readonly unit: string;
}

/** Makes the instruments; returns what takes their callbacks away again. `page` gives the newest page. */
export function observeMetrics(meter: ObservableMeter, page: () => MetricsPage): () => void {
  const removals = METRICS.map((metric) => observeOne(meter, metric, page));
  return () => {
    for (const remove of removals) remove();
  };
}

function observeOne(meter: ObservableMeter, metric: Metric, page: () => MetricsPage): () => void {
  const options = { description: metric.help, unit: metric.unit };
  const instrument =
    metric.type === "counter"
      ? meter.createObservableCounter(metric.otelName, options)
      : meter.createObservableGauge(metric.otelName, options);
  const callback = (result: ObservableResult): void => {
    for (const { labels, value } of metric.points(page())) result.observe(value, labels);
  };
  instrument.addCallback(callback);
  return () => instrument.removeCallback(callback);
}
