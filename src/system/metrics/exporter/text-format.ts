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

/** The whole text in UTF-8, family by family: as one string the text of 5,000 listeners would stand in memory twice. */
export function encodeMetrics(families: Iterable<MetricFamily>, format: Format): Buffer {
  const parts: Buffer[] = [];
  for (const family of families) {
    const gap = format === "prometheus" && parts.length > 0 ? "\n" : "";
    parts.push(Buffer.from(gap + formatFamily(family, format)));
  }
  if (format === "openmetrics") parts.push(Buffer.from("# EOF\n"));
  return Buffer.concat(parts);
}

/** OpenMetrics names a counter without the `_total` that its samples have. */
function formatFamily({ name, help, type, points }: MetricFamily, format: Format): string {
  const family = format === "openmetrics" && type === "counter" ? name.replace(/_total$/, "") : name;
  const lines = [`# HELP ${family} ${escapeHelp(help, format)}`, `# TYPE ${family} ${type}`];
  for (const { labels, value } of points) lines.push(`${name}${labelsText(labels)} ${valueText(value)}`);
  return `${lines.join("\n")}\n`;
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
