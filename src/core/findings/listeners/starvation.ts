/**
 * Whether the process that should accept gets a CPU. Pure.
 *
 * @module
 */
import type { OwnerFacts } from "../../listener/facts.ts";
import { shellLine } from "../remedies/shell-line.ts";
import { processText } from "./finding-words.ts";

/** A thread that runs, or could and waits for a CPU, for more than this wants one all the time. */
export const SPINNING_PERCENT = 90;
/** Below this it is the machine, a quota or its class that has too little for it. */
const STARVED_PERCENT = 50;

/** One of its threads wants a core all the time and gets less than half of one. */
export function isStarved({
  busiestThreadPercent: percent,
  busiestThreadWaitPercent: waited,
}: OwnerFacts): boolean {
  if (percent === null || waited === null) return false;
  return percent < STARVED_PERCENT && percent + waited >= SPINNING_PERCENT;
}

/** What it gets, in words that follow its name. */
export function starvedText({ busiestThreadPercent }: OwnerFacts): string {
  return `wants a core all the time and got ${Math.round(busiestThreadPercent ?? 0)} % of one`;
}

/** The same with its name; none where it is not so. */
export function starvedSigns(owner: OwnerFacts | null): string[] {
  return owner === null || !isStarved(owner)
    ? []
    : [`a thread of ${processText(owner.process)} ${starvedText(owner)}`];
}

/** Who has what it lacks. */
export function starvedLine(): string {
  return shellLine(
    "top -b -n 1 | head -20",
    "who takes the CPUs; or give this process a larger share of them",
  );
}
