/**
 * A finding: a diagnosis with a stable code, one sentence, its evidence and what to do. The same shape for the listeners of
 * this machine and for a capture.
 *
 * @module
 */

/** How much it matters. */
export type Severity = "info" | "warning" | "critical";

/** What a finding stands on. What does not apply is empty, or null. */
export interface FindingEvidence {
  /** What was seen, in words. */
  readonly text: string;
  /** Packet numbers of the capture. */
  readonly packets: readonly number[];
  readonly samples: readonly unknown[];
  readonly counters: Readonly<Record<string, number>>;
  /** A Wireshark display filter that shows the packets. */
  readonly filter: string | null;
}

/** A diagnosis. */
export interface Finding {
  /** Stable, never renamed; `listenq docs CODE` explains it. */
  readonly code: string;
  readonly severity: Severity;
  /** One sentence. */
  readonly title: string;
  /** What it means here, with the honest alternatives. */
  readonly detail: string;
  readonly evidence: FindingEvidence;
  /** What to do, each a line of its own. */
  readonly remedy: readonly string[];
  /** The command that prints its page. */
  readonly docs: string;
}
