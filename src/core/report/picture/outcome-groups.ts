/**
 * The outcomes of a capture's connections as groups: their headings, and which are shown first.
 *
 * @module
 */
import { type Handshake, OUTCOMES, type Outcome } from "../../explain/index.ts";
import type { Conversation } from "./conversation.ts";

const TITLES: Readonly<Record<Outcome, readonly [title: string, isBad: boolean]>> = {
  "final-ack-dropped": ["The final ACK was dropped: connected for the client only", true],
  "overflow-reset": ["Reset because the accept queue was full", true],
  "syn-unanswered": ["The SYN was never answered", true],
  "syn-answered-late": ["A SYN was answered late", true],
  "reset-at-handshake": ["Reset at the handshake", true],
  "accepted-and-closed": ["Accepted, and closed at once", true],
  refused: ["Refused: nobody listens there", true],
  "half-open": ["Answered, but the client never sent its final ACK", false],
  "aborted-by-client": ["The client gave up", false],
  "cut-off": ["Cut off by the capture's ends", false],
  completed: ["Completed", false],
};

/** What a queue did comes before what a client did, and what simply completed last. */
const ORDER: readonly Outcome[] = [
  "final-ack-dropped",
  "overflow-reset",
  ...OUTCOMES.filter((outcome) => !["final-ack-dropped", "overflow-reset", "completed"].includes(outcome)),
  "completed",
];

/** From this rank on, a group holds what simply completed. */
export const COMPLETED_RANK: number = 2 * ORDER.indexOf("completed");

/** The group of a handshake. */
export function outcomeGroup({ outcome, served }: Handshake): Pick<Conversation, "group" | "rank" | "isBad"> {
  const [title, isBad] = TITLES[outcome];
  const rank = 2 * ORDER.indexOf(outcome);
  if (outcome !== "completed") return { group: title, rank, isBad };
  return served === true
    ? { group: "Completed and answered", rank: rank + 1, isBad }
    : { group: "Completed, and not answered in the capture", rank, isBad };
}
