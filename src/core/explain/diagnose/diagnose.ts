/**
 * The findings of a capture, the gravest first. Each looks for itself; the order below is the order within a severity.
 *
 * @module
 */
import type { Finding, Severity } from "../../finding.ts";
import type { Case } from "./case.ts";
import {
  acceptedAndClosed,
  deferAccept,
  finalAckLost,
  harmless,
  resetAtHandshake,
  resetUnserved,
  silentAfterHandshake,
  slowAccept,
} from "./other.ts";
import { acceptOverflow, overflowReset } from "./overflow.ts";
import { synFindings } from "./syn.ts";

const OF_A_LISTENER = [
  acceptOverflow,
  overflowReset,
  finalAckLost,
  resetAtHandshake,
  silentAfterHandshake,
  resetUnserved,
  acceptedAndClosed,
  slowAccept,
  deferAccept,
];

const GRAVITY: readonly Severity[] = ["critical", "warning", "info"];

/** Every finding. */
export function diagnose(whole: Case): Finding[] {
  const ofListeners = OF_A_LISTENER.flatMap((look) => whole.reports.flatMap((report) => look(report, whole)));
  const findings = [...ofListeners, ...synFindings(whole), ...harmless(whole)];
  return findings.sort((a, b) => GRAVITY.indexOf(a.severity) - GRAVITY.indexOf(b.severity));
}
