/**
 * What a connection of a run has in common with others, and how it fared, in words.
 *
 * @module
 */
import { type Conversation, type Ending, longestWait, type Wait } from "./conversation.ts";
import { spanText } from "./span-text.ts";

/** What is known of its fate. */
export interface KnownFate {
  readonly ending: Ending;
  /** Until it was answered, or over. */
  readonly tookMs: number;
  readonly isFinalRefused: boolean;
  readonly isSynRefused: boolean;
  readonly isDeferred: boolean;
  readonly isConnected: boolean;
  readonly isLossy: boolean;
}

type Fate = Pick<Conversation, "group" | "rank" | "isBad" | "summary" | "ending">;

/** The groups, the most interesting first; each says which connections are in it. */
const GROUPS: readonly (readonly [title: string, isBad: boolean, test: (known: KnownFate) => boolean])[] = [
  [
    "The final ACK was refused in silence: connected for the client only",
    true,
    (known) => known.isFinalRefused && known.ending !== "refused",
  ],
  ["Refused with a reset", true, (known) => known.ending === "refused"],
  ["The SYN was refused", true, ({ isSynRefused }) => isSynRefused],
  ["TCP_DEFER_ACCEPT passed the final ACK over", false, ({ isDeferred }) => isDeferred],
  ["Packets were lost on the wire", false, ({ isLossy }) => isLossy],
  ["Never answered by the program", false, ({ ending }) => ending !== "answered"],
  ["Answered", false, () => true],
];

/** Its group and its summary. */
export function fateOf(known: KnownFate, waits: readonly Wait[]): Fate {
  const rank = GROUPS.findIndex(([, , test]) => test(known));
  const [group = "", isBad = false] = GROUPS[rank] ?? [];
  return { group, rank, isBad, ending: known.ending, summary: summaryOf(known, waits) };
}

const SHORT_WORDS = {
  "syn-ack": "for the SYN+ACK",
  "final-ack": "for the final ACK",
  room: "outside the queue",
  accept: "for accept()",
  answer: "for the program",
  server: "for the server",
} as const;

function summaryOf({ ending, tookMs, isConnected }: KnownFate, waits: readonly Wait[]): string {
  const end = {
    answered: `answered after ${spanText(tookMs)}`,
    refused: `reset after ${spanText(tookMs)}`,
    ended: `ended after ${spanText(tookMs)}, unanswered`,
    open: isConnected ? "connected, unanswered" : "never connected",
  }[ending];
  const longest = longestWait(waits);
  if (longest === null) return end;
  return `${end}; waited ${spanText(longest.to - longest.from)} ${SHORT_WORDS[longest.kind]}`;
}
