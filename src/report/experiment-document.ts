/**
 * Experiments' results as the JSON document `listenq.lab-run/1`.
 *
 * @module
 */
import type { ReportedExperiment } from "./experiment-text.ts";

/** Which kernel was asked. */
export interface KernelIdentity {
  readonly release: string;
  readonly era: string | null;
  readonly eraBy: "probe" | "version";
}

/** Files that were written for an experiment. */
export interface Artifacts {
  readonly pcap: string | null;
  readonly report: string | null;
}

/** The document. */
export function labRunDocument(
  kernel: KernelIdentity,
  results: readonly (ReportedExperiment & { readonly artifacts: Artifacts })[],
): Readonly<Record<string, unknown>> {
  return { schema: "listenq.lab-run/1", kernel, experiments: results.map(experimentEntry) };
}

/** One experiment in a document. */
export function experimentEntry({
  experiment,
  scenario,
  claims,
  verdict,
  reason,
  trace,
  artifacts,
}: ReportedExperiment & { readonly artifacts: Artifacts }): Readonly<Record<string, unknown>> {
  const { name, question } = experiment;
  return { name, question, scenario, claims, verdict, reason, trace, artifacts };
}
