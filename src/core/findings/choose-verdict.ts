/**
 * Of everything that was found, the one answer. Pure.
 *
 * @module
 */
import type { Finding, Severity } from "../finding.ts";

/** What is set unluckily explains nothing that happened: it is told beside the answer. */
const SETTINGS: readonly string[] = [
  "limit-clamped",
  "limit-stale",
  "somaxconn-lowered",
  "abort-on-overflow-on",
];
const ORDER: readonly Severity[] = ["critical", "warning", "info"];

/** Whether anything was found that happened, rather than that is set unluckily. */
export function hasHappened(findings: readonly Finding[]): boolean {
  return findings.some(({ code }) => !SETTINGS.includes(code));
}

/** The answer, and the place of the listener that it is about. */
export interface Verdict {
  readonly finding: Finding;
  readonly listener: number;
}

/**
 * The worst finding of any listener; of equally bad ones the first, because causes stand before what follows from them.
 * Null if nothing was found.
 */
export function chooseVerdict(findings: readonly (readonly Finding[])[]): Verdict | null {
  const all = findings.flatMap((list, listener) => list.map((finding): Verdict => ({ finding, listener })));
  const events = all.filter(({ finding }) => !SETTINGS.includes(finding.code));
  const candidates = events.length > 0 ? events : all;
  const rank = ({ finding }: Verdict): number => ORDER.indexOf(finding.severity);
  return [...candidates].sort((a, b) => rank(a) - rank(b))[0] ?? null;
}
