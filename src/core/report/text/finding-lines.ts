/**
 * Findings below a table: one line each, the worst first, and where to read on.
 *
 * @module
 */
import type { Finding, Severity } from "../../finding.ts";
import type { Paint, Tone } from "../layout/paint.ts";
import { printable } from "../layout/printable.ts";
import { wrap } from "../layout/text-layout.ts";
import { listenerName, type NamedListener } from "./listener-name.ts";
import { remedyLines } from "./remedy-lines.ts";

/** What has findings. */
export interface FoundThings {
  readonly listeners: readonly (NamedListener & {
    readonly namespace: number;
    readonly findings: readonly Finding[];
  })[];
  readonly findings: readonly Finding[];
}

/** How to print. */
export interface FindingLinesOptions {
  readonly width: number;
  readonly paint: Paint;
  /** Names of the namespaces by inode, where there are several: listeners of two may have the same address. */
  readonly namespaces?: ReadonlyMap<number, string> | null;
}

const ORDER: readonly Severity[] = ["critical", "warning", "info"];

/** The tone of a severity. */
export const SEVERITY_TONE: Readonly<Record<Severity, Tone>> = {
  critical: "bad",
  warning: "warning",
  info: "quiet",
};

/** The lines, each finding's title once with the listeners that have it; empty if there is none. */
export function formatFindingLines(
  found: FoundThings,
  { width, paint, namespaces = null }: FindingLinesOptions,
): string {
  const lines = [...groupByTitle(found, namespaces).values()]
    .sort((a, b) => ORDER.indexOf(a.finding.severity) - ORDER.indexOf(b.finding.severity))
    .flatMap(({ finding, names }) => findingLines(finding, names, width, paint));
  if (lines.length === 0) return "";
  return `\n${[...lines, paint("quiet", "listenq docs CODE explains a finding")].join("\n")}\n`;
}

interface GroupedFinding {
  readonly finding: Finding;
  readonly names: Set<string>;
}

function groupByTitle(
  { listeners, findings }: FoundThings,
  namespaces: ReadonlyMap<number, string> | null,
): Map<string, GroupedFinding> {
  const groups = new Map<string, GroupedFinding>();
  const add = (finding: Finding, name: string | null): void => {
    const key = `${finding.code} ${finding.title}`;
    const group = groups.get(key) ?? { finding, names: new Set<string>() };
    if (name !== null) group.names.add(name);
    groups.set(key, group);
  };
  for (const listener of listeners) {
    const where = namespaces?.get(listener.namespace);
    const name = listenerName(listener) + (where === undefined ? "" : ` in ${where}`);
    for (const finding of listener.findings) add(finding, name);
  }
  for (const finding of findings) add(finding, null);
  return groups;
}

function findingLines(finding: Finding, names: ReadonlySet<string>, width: number, paint: Paint): string[] {
  const { severity, code, title, remedy } = finding;
  const where = names.size === 0 ? "" : ` (${[...names].join(", ")})`;
  const head = `${paint(SEVERITY_TONE[severity], severity)} ${code}`;
  return [
    head,
    ...wrap(printable(`${title}${where}`), width, "  "),
    ...remedy.slice(0, 1).flatMap((line) => remedyLines(line, { width, paint, indent: "  ", label: "do: " })),
  ];
}
