/**
 * What a reader knows of a capture in the words of the document.
 *
 * @module
 */

import type { CaptureFacts } from "../../wire/capture/capture-facts.ts";
import { linkTypeName } from "../../wire/packet/link-type.ts";
import type { CaptureSummary } from "./explain-document.ts";

/** The summary, under the name by which the file is called in the output. */
export function summarize(file: string, facts: CaptureFacts): CaptureSummary {
  return {
    file,
    format: facts.format,
    linkTypes: [...new Set(facts.interfaces.map(({ linkType }) => linkTypeName(linkType)))],
    packets: facts.packets,
    first: isoTime(facts.firstTimeNs),
    last: isoTime(facts.lastTimeNs),
    skipped: facts.skipped.map(({ reason, count }) => ({ reason, count })),
  };
}

/** ISO 8601 in UTC with nanoseconds where they are not all zero. */
function isoTime(timeNs: bigint | null): string | null {
  if (timeNs === null) return null;
  const ms = Number(timeNs / 1_000_000n);
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) return null;
  const rest = (timeNs % 1_000_000n).toString().padStart(6, "0").replace(/0+$/, "");
  return date.toISOString().replace("Z", `${rest}Z`);
}
