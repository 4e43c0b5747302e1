/**
 * A run as something that can be watched: who stands in which queue at each moment, which packets are on their way, and what
 * there is to say. Made from the trace alone, so that the model's runs and the kernel's look the same. Times are milliseconds
 * since the start.
 *
 * @module
 */
import { clientNameOf, type Scenario } from "../scenario/index.ts";

/** What a client knows of its own connection. */
export type OwnEnd =
  /** It has not called connect(). */
  | "not yet"
  /** Its SYN is out. */
  | "connecting"
  /** connect() returned: it may send. */
  | "connected"
  /** The server's data came. */
  | "answered"
  | "closed"
  | "reset"
  /** connect() failed. */
  | "failed";

/** What the server's kernel knows of that connection. */
export type ServerPlace = "nowhere" | "SYN queue" | "accept queue" | "accepted" | "over";

/** A client at one moment. */
export interface StageClient {
  readonly name: string;
  readonly ownEnd: OwnEnd;
  readonly place: ServerPlace;
  /** How many of its packets a full queue refused so far. */
  readonly refused: number;
}

/** A listener at one moment. The lengths are the recorded ones; a client whose name is not known has none in the lists. */
export interface StageListener {
  readonly name: string;
  readonly isOpen: boolean;
  readonly limit: number;
  readonly acceptQueue: number;
  readonly synQueue: number;
  /** Names, the first to be taken first. */
  readonly acceptNames: readonly string[];
  readonly synNames: readonly string[];
  /** Whom the program holds. */
  readonly heldNames: readonly string[];
  readonly drops: number | null;
  /** Packets that its full accept queue refused so far. */
  readonly refused: number;
}

/** Everything at one moment; what did not change since the moment before is the same object. */
export interface Moment {
  readonly at: number;
  readonly clients: readonly StageClient[];
  readonly listeners: readonly StageListener[];
}

/** Who turned a packet away. */
export type RefusedBy = "accept queue" | "SYN queue";

/** A packet on the stage. */
export interface StagePacket {
  readonly number: number;
  /** When it left. */
  readonly at: number;
  /** When it arrived; null if it was lost on the wire. */
  readonly arrivedAt: number | null;
  readonly client: string;
  readonly isFromClient: boolean;
  /** tcpdump's letters. */
  readonly flags: string;
  readonly length: number;
  readonly refusedBy: RefusedBy | null;
  readonly note: string | null;
}

/** One thing that happened, in words. */
export interface StoryLine {
  readonly at: number;
  readonly text: string;
  readonly tone: "plain" | "good" | "bad";
}

/** A run that can be watched. */
export interface Stage {
  readonly title: string;
  readonly endMs: number;
  /** In order of time; the first is at 0. */
  readonly moments: readonly Moment[];
  /** In the order in which they left. */
  readonly packets: readonly StagePacket[];
  /** The longest that one of them was on its way. */
  readonly longestFlightMs: number;
  readonly story: readonly StoryLine[];
}

/** With more clients than this, they have no names on the stage: only the queues' lengths are shown. */
export const MOST_NAMED_CLIENTS = 400;

/** The state at a time: that of the last moment that is not later. */
export function momentAt({ moments }: Pick<Stage, "moments">, at: number): Moment {
  const place = lastNotAfter(moments, at);
  return moments[Math.max(0, place)] ?? { at: 0, clients: [], listeners: [] };
}

/** How many lines have been said at a time. */
export function linesUntil({ story }: Pick<Stage, "story">, at: number): number {
  return lastNotAfter(story, at) + 1;
}

/** The moment of the next thing to say after a time; the end where there is none. */
export function nextStep({ story, endMs }: Stage, at: number): number {
  return story[lastNotAfter(story, at) + 1]?.at ?? endMs;
}

/** The moment of the last thing that was said before a time; 0 where there is none. */
export function stepBefore({ story }: Stage, at: number): number {
  let place = lastNotAfter(story, at);
  while (place >= 0 && (story[place]?.at ?? 0) >= at) place -= 1;
  return story[place]?.at ?? 0;
}

/** Whether it believes to be connected while the server's kernel still waits for its final ACK. */
export function isSilent({ ownEnd, place, refused }: StageClient): boolean {
  return ownEnd === "connected" && refused > 0 && (place === "SYN queue" || place === "nowhere");
}

/** The client that a packet belongs to, and whether it comes from it; null for a packet of nobody's. */
export function clientOfPacket(
  scenario: Scenario,
  { from, to }: { readonly from: string; readonly to: string },
): { readonly client: string; readonly isFromClient: boolean } | null {
  const sender = clientNameOf(scenario, from);
  if (sender !== null) return { client: sender, isFromClient: true };
  const receiver = clientNameOf(scenario, to);
  return receiver === null ? null : { client: receiver, isFromClient: false };
}

/** The place of the last one that is not after a time; -1 where all are. */
function lastNotAfter(sorted: readonly { readonly at: number }[], at: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle]?.at ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
