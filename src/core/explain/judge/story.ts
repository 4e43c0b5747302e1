/**
 * A connection attempt with its verdict: what findings are made from.
 *
 * @module
 */

import type { AddressWords, EndpointNames } from "../endpoint-names.ts";
import type { Handshake } from "../explanation.ts";
import type { Connection } from "../follow/connection.ts";
import { ladderNote } from "./ladder.ts";
import type { Verdict } from "./verdict.ts";

/** One attempt. */
export interface Story {
  readonly connection: Connection;
  readonly verdict: Verdict;
  readonly client: string;
  readonly server: string;
  /** The server's address alone. */
  readonly host: string;
  /** Its packets, in a second capture those of both sides. */
  readonly packets: readonly number[];
}

/** Gives an attempt its names. */
export function tell(connection: Connection, verdict: Verdict, names: EndpointNames): Story {
  const { ipVersion } = connection;
  return {
    connection,
    verdict,
    client: names.endpoint(clientWords(connection), connection.clientPort, ipVersion),
    server: names.endpoint(serverWords(connection), connection.serverPort, ipVersion),
    host: names.address(serverWords(connection), ipVersion),
    packets: connection.packets.toArray(),
  };
}

/** The attempts by the endpoint that they go to. */
export function storiesByServer(stories: readonly Story[]): Map<string, Story[]> {
  const groups = new Map<string, Story[]>();
  for (const story of stories) {
    const group = groups.get(story.server);
    if (group === undefined) groups.set(story.server, [story]);
    else group.push(story);
  }
  return groups;
}

/** The attempt in the words of the contract. */
export function handshakeOf(story: Story): Handshake {
  const { connection, verdict } = story;
  return {
    client: story.client,
    server: story.server,
    startedAt: timeOf(connection, connection.startedAt),
    outcome: verdict.outcome,
    served: wasServed(story),
    packets: story.packets,
    synRetransmissions: Math.max(0, connection.synTimes.count - 1),
    synAckRetransmissions: synAckResends(connection),
    dataRetransmissionsBeforeAccept: connection.dataResends,
    handshakeMs: timeOf(connection, sinceSyn(connection, connection.finalAt)),
    firstResponseMs: timeOf(connection, sinceSyn(connection, connection.firstPayloadAt)),
    note: noteOf(story),
  };
}

/** How often the SYN+ACK came again. The first one is missing where the client had acknowledged it before. */
export function synAckResends(connection: Connection): number {
  const { synAckTimes } = connection;
  const isFirstMissing = synAckTimes.length > 0 && connection.lastAnswerBeforeFinal() < synAckTimes.first;
  return Math.max(0, synAckTimes.count - (isFirstMissing ? 0 : 1));
}

/** True with payload of the server, false where it cannot come any more, else null. */
export function wasServed({ connection, verdict }: Story): boolean | null {
  if (!Number.isNaN(connection.firstPayloadAt)) return true;
  const isOver = !Number.isNaN(connection.resetAt) || !Number.isNaN(connection.serverFinAt);
  if (isOver) return false;
  return NEVER_SERVED.includes(verdict.outcome) ? false : null;
}

const NEVER_SERVED: readonly string[] = [
  "syn-unanswered",
  "refused",
  "half-open",
  "overflow-reset",
  "reset-at-handshake",
];

function noteOf({ connection, verdict }: Story): string | null {
  const notes = [verdict.note, ladderNote(connection)].filter((note) => note !== null);
  return notes.length === 0 ? null : notes.join("; ");
}

function clientWords({ client0, client1, client2, client3 }: Connection): AddressWords {
  return [client0, client1, client2, client3];
}

function serverWords({ server0, server1, server2, server3 }: Connection): AddressWords {
  return [server0, server1, server2, server3];
}

/** NaN where the SYN or the other packet was not seen. */
function sinceSyn({ synTimes }: Connection, at: number): number {
  return at - synTimes.first;
}

/** A time that has come, to the nanosecond; null for one that has not, and for any where packets came without times. */
function timeOf({ isUntimed }: Connection, ms: number): number | null {
  return Number.isFinite(ms) && !isUntimed ? Math.round(ms * 1e6) / 1e6 : null;
}
