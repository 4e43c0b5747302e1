/**
 * An explanation as the JSON document `listenq.explain/1`.
 *
 * @module
 */
import type { Explanation } from "../../explain/index.ts";

/** What was read of one capture file. */
export interface CaptureSummary {
  /** Its name as it was given, or a false one. */
  readonly file: string;
  /** Such as `"pcapng"`; null where nothing could be told. */
  readonly format: string | null;
  readonly linkTypes: readonly string[];
  readonly packets: number;
  /** ISO 8601 in UTC; null where the capture has no date. */
  readonly first: string | null;
  readonly last: string | null;
  /** What could not be read or is no TCP, by reason. */
  readonly skipped: readonly { readonly reason: string; readonly count: number }[];
}

/** The document. */
export function explainDocument(
  captures: readonly CaptureSummary[],
  { listeners, handshakes, leftOut, findings, notShown }: Explanation,
): Readonly<Record<string, unknown>> {
  return { schema: "listenq.explain/1", captures, listeners, handshakes, leftOut, findings, notShown };
}
