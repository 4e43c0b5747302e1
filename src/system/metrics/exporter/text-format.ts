/**
 * Metrics as text, in the two formats that Prometheus scrapes: its own (version 0.0.4) and OpenMetrics 1.0.
 *
 * @module
 */
import type { MetricPoint } from "../metric-catalogue.ts";

/** The two text formats. */
export type Format = "prometheus" | "openmetrics";

/** How each is called in an HTTP header. */
export const CONTENT_TYPES: Readonly<Record<Format, string>> = {
  prometheus: "text/plain; version=0.0.4; charset=utf-8",
  openmetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8",
};

/** One metric with its values. The name of a counter ends in `_total`. */
export interface MetricFamily {
  readonly name: string;
  readonly help: string;
  readonly type: "gauge" | "counter";
  readonly points: readonly MetricPoint[];
}

/** Parts of a text are about as long, so that no metric of 5,000 listeners stands in memory as one string. */
const PART_LENGTH = 16_384;

/** The whole text, part by part. */
export function* formatMetrics(families: Iterable<MetricFamily>, format: Format): Generator<string> {
  let gap = "";
  for (const family of families) {
    yield gap;
    yield* formatFamily(family, format);
    if (format === "prometheus") gap = "\n";
  }
  if (format === "openmetrics") yield "# EOF\n";
}

/** OpenMetrics names a counter without the `_total` that its samples have. */
function* formatFamily({ name, help, type, points }: MetricFamily, format: Format): Generator<string> {
  const family = format === "openmetrics" && type === "counter" ? name.replace(/_total$/, "") : name;
  let part = `# HELP ${family} ${escapeHelp(help, format)}\n# TYPE ${family} ${type}\n`;
  for (const { labels, value } of points) {
    part += `${name}${labelsText(labels)} ${valueText(value)}\n`;
    if (part.length < PART_LENGTH) continue;
    yield part;
    part = "";
  }
  yield part;
}

const texts = new WeakMap<object, string>();

/** To write labels anew is most of what a scrape of many listeners costs, so their text is kept for as long as they are the same object. */
function labelsText(labels: MetricPoint["labels"]): string {
  const known = texts.get(labels);
  if (known !== undefined) return known;
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  const text = pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
  texts.set(labels, text);
  return text;
}

function escapeLabel(value: string): string {
  return value.replace(/\\/g, "\\\\").replace(/\n/g, "\\n").replace(/"/g, '\\"');
}

function escapeHelp(text: string, format: Format): string {
  const escaped = text.replace(/\\/g, "\\\\").replace(/\n/g, "\\n");
  return format === "openmetrics" ? escaped.replace(/"/g, '\\"') : escaped;
}

function valueText(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return "+Inf";
  if (value === Number.NEGATIVE_INFINITY) return "-Inf";
  return String(value);
}
