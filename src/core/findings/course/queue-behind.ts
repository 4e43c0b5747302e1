/**
 * The queue behind the port: the server takes every client, and waits itself for another server whose queue is full or stands
 * still.
 *
 * @module
 */

import { count } from "../../count.ts";
import type { Finding } from "../../finding.ts";
import type { BehindFacts } from "../../listener/course/course-facts.ts";
import type { LiveFacts } from "../../listener/facts.ts";
import { findSoftware } from "../../listener/software/find-software.ts";
import { placeText, processText } from "../listeners/finding-words.ts";
import { makeFinding } from "../listeners/make-finding.ts";
import { shellLine } from "../remedies/shell-line.ts";

/** Only such are in the facts as are full, refused something or left somebody waiting for the whole watch. */
export function queueBehindFull({ listener, course }: LiveFacts): Finding | null {
  const [worst, ...others] = course?.behind ?? [];
  if (worst === undefined) return null;
  const who = worst.process === null ? "" : ` (${worst.process.name})`;
  return makeFinding("queue-behind-full", {
    ...(isFullOrRefuses(worst) ? {} : { severity: "warning" }),
    title: `${worst.place}${who}, behind ${placeText(listener)}, ${stateText(worst)}.`,
    evidence: `${processText(worst.by)} takes the clients of ${placeText(listener)} and has ${count(worst.connections, "connection")} to ${worst.place}, ${worst.length} of ${worst.capacity} wait there${others.length === 0 ? "" : `; also ${others.map(({ place }) => place).join(", ")}`}`,
    counters: worst.dropsRise === null ? {} : { drops: worst.dropsRise },
    remedy: [
      shellLine(
        `listenq why ${worst.port ?? worst.path}`,
        isFullOrRefuses(worst) ? "why that queue is full" : "why that queue stands still",
      ),
      ...acceptLines(worst),
    ],
  });
}

function isFullOrRefuses({ length, capacity, dropsRise }: BehindFacts): boolean {
  return length >= capacity || (dropsRise ?? 0) > 0;
}

function stateText(behind: BehindFacts): string {
  const { length, capacity, dropsRise, standing } = behind;
  if (!isFullOrRefuses(behind))
    return `stands still: ${length} of ${capacity} wait, ${standing} of them since before the watch`;
  const full =
    length >= capacity ? `is full (${length} of ${capacity})` : `has ${length} of ${capacity} waiting`;
  return dropsRise === null || dropsRise === 0
    ? full
    : `${full} and refused ${count(dropsRise, "packet")} meanwhile`;
}

function acceptLines({ process }: BehindFacts): string[] {
  const faster = findSoftware(process?.name)?.acceptFaster ?? null;
  return faster === null ? [] : [faster];
}
