/**
 * From a detector's words to a finding: fills in what its kind says.
 *
 * @module
 */
import type { Finding, Severity } from "../../finding.ts";
import { LIVE_FINDINGS, type LiveFindingCode } from "./kinds.ts";

/** What a detector says. */
export interface Diagnosis {
  /** One sentence about this listener. */
  readonly title: string;
  /** What was seen. */
  readonly evidence: string;
  readonly remedy: readonly string[];
  readonly counters?: Readonly<Record<string, number>>;
  readonly samples?: readonly unknown[];
  /** What it means here; the kind's explanation if left out. */
  readonly detail?: string;
  /** The kind's if left out. */
  readonly severity?: Severity;
}

/** The whole finding. */
export function makeFinding(code: LiveFindingCode, diagnosis: Diagnosis): Finding {
  const kind = LIVE_FINDINGS[code];
  return {
    code,
    severity: diagnosis.severity ?? kind.severity,
    title: diagnosis.title,
    detail: diagnosis.detail ?? kind.explanation,
    evidence: {
      text: diagnosis.evidence,
      packets: [],
      samples: diagnosis.samples ?? [],
      counters: diagnosis.counters ?? {},
      filter: null,
    },
    remedy: diagnosis.remedy,
    docs: `listenq docs ${code}`,
  };
}
