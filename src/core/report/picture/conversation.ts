/**
 * One connection as the pictures draw it: its packets with both their moments, the calls of its server, and who waited for what.
 * A trace and a capture are both turned into this (`conversations-of-trace.ts`, `conversations-of-capture.ts`); the pictures know
 * nothing else. Every moment is milliseconds on the clock of the run or the capture.
 *
 * @module
 */

/** One packet, as an arrow. */
export interface DrawnPacket {
  readonly number: number;
  readonly from: "client" | "server";
  readonly sentAt: number;
  /** Null if it was lost on its way. */
  readonly arrivedAt: number | null;
  /** What it is, such as `"SYN+ACK"` or `"100 bytes"`. */
  readonly label: string;
  /** What is to be said at its sender, such as `"again after 1.02 s"`. */
  readonly sentNote: string | null;
  /** What the server made of it. */
  readonly note: string | null;
  /** Whether the queue refused it: its arrow ends in a cross there. */
  readonly isRefused: boolean;
  /** The number of the packet that it repeats. */
  readonly resendOf: number | null;
}

/** A call of the server's program that concerns this connection. */
export interface DrawnCall {
  readonly at: number;
  readonly text: string;
}

/** What a connection waits for, in the order in which it comes to it. */
export const WAITS = ["syn-ack", "final-ack", "room", "accept", "answer", "server"] as const;

export type WaitKind = (typeof WAITS)[number];

/** What each wait is called. */
export const WAIT_WORDS: Readonly<Record<WaitKind, string>> = {
  "syn-ack": "for the SYN+ACK",
  "final-ack": "the server, for the final ACK",
  room: "connected for the client, kept out by the server",
  accept: "in the accept queue, for accept()",
  answer: "accepted, for the program's answer",
  server: "connected, for the server's answer",
};

/** One thing after the other that a connection waited for. */
export interface Wait {
  readonly kind: WaitKind;
  readonly from: number;
  readonly to: number;
}

/** How it ended, as far as it is known. */
export type Ending = "answered" | "refused" | "ended" | "open";

/** A stretch of the server's lane: where the connection stood there. */
export interface Stay {
  readonly where: "syn-queue" | "accept-queue" | "program";
  readonly from: number;
  /** Null if it stays there to the end. */
  readonly to: number | null;
}

/** One connection. */
export interface Conversation {
  readonly client: string;
  readonly server: string;
  /** What it has in common with others, in words; they are shown together. */
  readonly group: string;
  /** Groups of a lower rank are shown first. */
  readonly rank: number;
  /** Whether somebody was refused, or waited in vain. */
  readonly isBad: boolean;
  /** Who waited for what, in few words. */
  readonly summary: string;
  readonly ending: Ending;
  readonly startedAt: number;
  readonly endedAt: number;
  /** From when on the client takes itself for connected. */
  readonly connectedAt: number | null;
  readonly waits: readonly Wait[];
  readonly stays: readonly Stay[];
  readonly packets: readonly DrawnPacket[];
  readonly calls: readonly DrawnCall[];
  /** Whether the moments at the two ends are estimated, because a capture tells one moment only. */
  readonly isEstimated: boolean;
}

/** Connections of the same fate. */
export interface ConversationGroup {
  readonly title: string;
  readonly isBad: boolean;
  /** In the order of their beginning. */
  readonly members: readonly Conversation[];
}

/** The connections by fate, the most interesting first. */
export function groupsOf(conversations: readonly Conversation[]): ConversationGroup[] {
  const groups = new Map<string, Conversation[]>();
  for (const one of conversations) {
    const group = groups.get(one.group);
    if (group === undefined) groups.set(one.group, [one]);
    else group.push(one);
  }
  return [...groups]
    .map(([title, members]) => ({
      title,
      isBad: members.some(({ isBad }) => isBad),
      rank: Math.min(...members.map(({ rank }) => rank)),
      members: members.sort((a, b) => a.startedAt - b.startedAt),
    }))
    .sort((a, b) => a.rank - b.rank);
}

/** Some of them: those that waited longest, in the order of their beginning. */
export function longestWaiting(members: readonly Conversation[], most: number): readonly Conversation[] {
  if (members.length <= most) return members;
  const waited = ({ waits, startedAt }: Conversation) => (waits.at(-1)?.to ?? startedAt) - startedAt;
  const longest = new Set([...members].sort((a, b) => waited(b) - waited(a)).slice(0, most));
  return members.filter((one) => longest.has(one));
}

/** The wait that took longest, in words: `"3.2 s for accept()"`; null if none took a tenth of a second. */
export function longestWait(waits: readonly Wait[]): Wait | null {
  const longest = waits.reduce<Wait | null>(
    (most, one) => (most === null || one.to - one.from > most.to - most.from ? one : most),
    null,
  );
  return longest === null || longest.to - longest.from < WORTH_A_WORD_MS ? null : longest;
}

const WORTH_A_WORD_MS = 100;
