/**
 * What the kernel's counters add to an explanation of live packets: that a full accept queue refused some. A capture alone can
 * only guess why SYNs went unanswered; here the guess gives way to the count. Pure.
 *
 * @module
 */

import type { Finding } from "../../finding.ts";
import { makeFinding } from "../../findings/listeners/make-finding.ts";
import type { Explanation } from "../explanation.ts";
import type { OverflowRise } from "./kernel-history.ts";

const GUESS = "capture-syn-unanswered";

/** The same explanation; where a listener on the port overflowed, with the finding that says so instead of the guess. */
export function withOverflow(explanation: Explanation, port: number, rise: OverflowRise): Explanation {
  if (rise.overflows === 0) return explanation;
  const guesses = explanation.findings.filter(({ code }) => code === GUESS);
  const others = explanation.findings.filter(({ code }) => code !== GUESS);
  return { ...explanation, findings: [overflowFinding(port, rise, guesses), ...others] };
}

function overflowFinding(
  port: number,
  { overflows, drops }: OverflowRise,
  guesses: readonly Finding[],
): Finding {
  const counted = drops === null ? {} : { drops };
  const own = drops === null ? "" : ` and the drops of the listeners on port ${port} by ${drops}`;
  const told = guesses.map(({ title }) => title).join(" ");
  const finding = makeFinding("accept-queue-overflow", {
    title: `The accept queue of port ${port} overflowed while it was watched.`,
    evidence: `ListenOverflows of the namespace rose by ${overflows}${own}. ${told}`.trim(),
    counters: { ListenOverflows: overflows, ...counted },
    remedy: [`listenq why ${port}`],
  });
  const packets = guesses.flatMap(({ evidence }) => evidence.packets);
  return { ...finding, evidence: { ...finding.evidence, packets } };
}
