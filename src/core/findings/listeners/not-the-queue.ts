/**
 * The most valuable negative: the queues had room and nothing was dropped, so the trouble is elsewhere.
 *
 * @module
 */

import { count } from "../../count.ts";
import type { Finding } from "../../finding.ts";
import type { LiveFacts } from "../../listener/facts.ts";
import { shellLine } from "../remedies/shell-line.ts";
import { ELSEWHERE, type ElsewhereFacts } from "./elsewhere.ts";
import { placeText, processText, timeText } from "./finding-words.ts";
import { makeFinding } from "./make-finding.ts";
import { hasStoodStill } from "./standing-still.ts";
import { starvedSigns } from "./starvation.ts";

/** A refused client sends its SYN again after 1 s: a shorter watch may fall between two of them. One of a unix socket waits in connect(). */
const LONG_ENOUGH_MS = 1000;

const TOO_SHORT = "For so short a time the queues had room and nothing was dropped, which says little.";

/** Nothing refused, never full, and whoever waits is being taken. */
export function notTheQueue(facts: LiveFacts, elsewhere: ElsewhereFacts): Finding | null {
  const { listener, window } = facts;
  if (window === null || window.lengthMost >= listener.acceptQueue.capacity) return null;
  const refused = Object.values(window.refused).some(({ own, shared }) => own + shared > 0);
  if (refused) return null;
  const signs = [...ELSEWHERE.flatMap((place) => place.sign(elsewhere) ?? []), ...starvedSigns(facts.owner)];
  const isShort = elsewhere.port !== null && window.durationMs < LONG_ENOUGH_MS;
  return makeFinding("not-the-queue", {
    title: `Nothing was refused at ${placeText(listener)} in ${timeText(window.durationMs)}${isShort ? ", too short to tell: a refused client comes again after 1 s" : ": if clients fail, it is not the queue"}${signs[0] === undefined ? "" : `. But ${signs[0]}`}.`,
    evidence: `${window.lengthMost} of ${listener.acceptQueue.capacity} waited at most, in ${count(window.looks, "look")} at most ${timeText(window.longestGapMs)} apart; ${eatenText(window.dropsRise)}${waitingText(facts)}${signs.length === 0 ? "" : `. But ${signs.join("; ")}`}`,
    counters: elsewhere.counters,
    ...(isShort ? { detail: TOO_SHORT } : {}),
    remedy: [
      ...(isShort ? [shellLine(`listenq why ${elsewhere.port}`, "watches for 5 s")] : []),
      ...signs.map((sign) => `look here first: ${sign}`),
      ...elsewhereLines(elsewhere),
    ],
  });
}

/** Of a service that has just been started it is no trouble that nobody was taken, but it is worth a word. */
function waitingText(facts: LiveFacts): string {
  const { owner } = facts;
  if (!hasStoodStill(facts) || owner === null) return "";
  return `; nobody was taken yet: ${processText(owner.process)} was started ${timeText(owner.ageMs ?? 0)} ago`;
}

/** The listener's own counter also counts what a half-open request discards: a SYN sent twice, or what DEFER_ACCEPT ignores. */
function eatenText(dropsRise: number | null): string {
  if (dropsRise === null || dropsRise === 0) return "no drop counter rose";
  return `its drop counter rose by ${dropsRise}, by packets that a handshake under way discards and not by a full queue`;
}

function elsewhereLines(facts: ElsewhereFacts): string[] {
  const places = facts.port === null ? [] : ELSEWHERE.flatMap(({ where }) => where(facts) ?? []);
  return [
    "an empty queue is not health: a server that accepts greedily makes its clients wait inside (Node.js cluster, io_uring)",
    ...places,
  ];
}
