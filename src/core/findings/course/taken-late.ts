/**
 * Clients that were accepted late although nothing was refused: whose loop it is, and whether it computes or sleeps.
 *
 * @module
 */

import { count } from "../../count.ts";
import type { Finding } from "../../finding.ts";
import type { LateHolder } from "../../listener/course/course-facts.ts";
import type { LiveFacts, OwnerFacts } from "../../listener/facts.ts";
import { isNodeProcess } from "../../listener/software/runtimes.ts";
import { processText, timeText } from "../listeners/finding-words.ts";
import { makeFinding } from "../listeners/make-finding.ts";
import { type Sleeper, sleepLines, sleepWords } from "../listeners/sleep-places.ts";
import { hasStoodStill, isTooLong } from "../listeners/standing-still.ts";
import { isStarved, starvedLine, starvedText } from "../listeners/starvation.ts";
import { inspectLines } from "../remedies/inspect-remedy.ts";
import { acceptFaster } from "../remedies/remedy.ts";
import { shellLine } from "../remedies/shell-line.ts";

/** From here on people notice. */
const NOTICED_MS = 1_000;
/** On a CPU in more than this share of the looks it computes. */
const COMPUTING_SHARE = 0.5;

/** Told of who was taken in the end; of others `nobody-accepts` speaks, and of an age beyond all patience `limit-too-large`. */
export function takenLate(facts: LiveFacts): Finding | null {
  const { course, window, members, listener, owner } = facts;
  const late = course?.late ?? null;
  if (late === null || window === null || hasStoodStill(facts) || isTooLong(facts)) return null;
  const holder = late.holder?.process ?? owner?.process ?? listener.process;
  const starving = owner !== null && owner.process.pid === holder?.pid && isStarved(owner) ? owner : null;
  const sleeper = starving === null ? sleeperOf(late.holder, owner) : null;
  const one = members.length > 1 ? `one of ${members.length} reuseport members` : "the queue";
  return makeFinding("taken-late", {
    severity: late.longestMs >= NOTICED_MS ? "warning" : "info",
    title: `Clients wait up to ${timeText(late.longestMs)} before ${processText(holder)} accepts them${members.length > 1 ? `, one of ${members.length} reuseport members` : ""}${whyText(starving, sleeper)}.`,
    evidence: `nothing had to be refused for it; ${late.client} waited for ${timeText(late.longestMs)} or longer, and in ${late.looks} of ${count(late.looksAtAll, "look")} at who waits in ${one} somebody had waited for more than half a second${starving === null ? holderText(late.holder) : starvingText(starving)}`,
    remedy: [
      ...(starving === null ? [] : [starvedLine()]),
      ...sleepLines(sleeper),
      ...(holder === null ? [] : inspectLate(holder.pid, holder.name, isComputing(late.holder))),
      ...acceptFaster(facts),
      "a longer queue does not help: it makes clients wait longer still",
    ],
  });
}

/** Where it slept in most of the looks, of which the last one may differ. */
function sleeperOf(holder: LateHolder | null, owner: OwnerFacts | null): Sleeper | null {
  if (holder === null || owner?.process.pid !== holder.process.pid || isComputing(holder)) return null;
  return { process: holder.process, sleepsIn: holder.sleptIn, threads: owner.threads };
}

function whyText(starving: OwnerFacts | null, sleeper: Sleeper | null): string {
  const words = starving === null ? sleepWords(sleeper) : starvedText(starving);
  return words === null ? "" : `: it ${words}`;
}

function starvingText({ busiestThreadWaitPercent: waited }: OwnerFacts): string {
  return `; its busiest thread waited for a CPU for ${Math.round(waited ?? 0)} % of the watch`;
}

function isComputing(holder: LateHolder | null): boolean {
  return holder !== null && holder.onCpuLooks > holder.looks * COMPUTING_SHARE;
}

function holderText(holder: LateHolder | null): string {
  if (holder === null) return "";
  const { process, onCpuLooks, looks, sleptIn } = holder;
  const which = `${processText(process)}'s main thread`;
  if (isComputing(holder))
    return `; ${which} ran in ${onCpuLooks} of these ${looks}: its loop is busy computing`;
  return `; ${which} ran in ${onCpuLooks} of these ${looks}${sleptIn === null ? "" : ` and slept in ${sleptIn}`}: it waits for something else`;
}

function inspectLate(pid: number, name: string, isBusy: boolean): string[] {
  if (!isBusy) return inspectLines({ pid, name });
  return [
    shellLine(`top -b -n 1 -H -p ${pid}`, "which of its threads computes; perf top -p shows what"),
    ...(isNodeProcess(name)
      ? [
          shellLine(
            `kill -USR1 ${pid} && node inspect -p ${pid}`,
            "its event loop: profile, then profileEnd, name what blocks it",
          ),
        ]
      : []),
  ];
}
