/**
 * Experiments' results as the JSON document `listenq.lab-run/1`.
 *
 * @module
 */
import type { ReportedExperiment } from "../text/experiment-text.ts";

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

/** An experiment as a document tells it. */
export type DocumentedExperiment = ReportedExperiment & {
  readonly artifacts: Artifacts;
  /** What the model made of it; null or left out where it was not asked. */
  readonly model?: Readonly<Record<string, unknown>> | null;
};

/** The document. */
export function labRunDocument(
  kernel: KernelIdentity,
  results: readonly DocumentedExperiment[],
): Readonly<Record<string, unknown>> {
  return { schema: "listenq.lab-run/1", kernel, experiments: results.map(experimentEntry) };
}

/** One experiment in a document. The key `model` is there only where the model was asked as well. */
export function experimentEntry({
  model,
  experiment,
  scenario,
  claims,
  verdict,
  reason,
  trace,
  artifacts,
}: DocumentedExperiment): Readonly<Record<string, unknown>> {
  const { name, question } = experiment;
  const { pcap, report } = artifacts;
  const told = { name, question, scenario, claims, verdict, reason, trace };
  const entry = { ...told, artifacts: { pcap, report } };
  return model == null ? entry : { ...entry, model };
}
