/**
 * Follows every connection of a capture, one segment after another. It keeps what is open and what needs a verdict;
 * whatever simply completed becomes a count. What it observed is judged by `conclude.ts`.
 *
 * @module
 */
import type { Segment } from "../../wire/packet/segment.ts";
import { TCP_FLAG } from "../../wire/packet/tcp-flags.ts";
import { Aging, isBare } from "./aging.ts";
import { type Connection, PHASE } from "./connection.ts";
import { ConnectionTable, isFromClient } from "./connection-table.ts";
import type { Listener } from "./followed-listener.ts";
import { ListenerTable } from "./followed-listeners.ts";
import { type KeepOptions, KeptConnections } from "./kept-connections.ts";
import { onClientTry } from "./on-client.ts";
import { isSameAttempt, onSyn, onSynAck } from "./on-handshake.ts";
import { endService, onServerPacket, onServerReset } from "./on-server.ts";
import { logStanding, logUnansweredSyns } from "./queue-notes.ts";
import { Translations } from "./translations.ts";

const { FIN, SYN, RST, ACK } = TCP_FLAG;

const MOST_COPY_PACKETS = 10;

/** What was seen of one capture. */
export interface Observation {
  /** What needs a verdict, and with `keepAll` everything, in the order of their first packets. */
  readonly connections: readonly Connection[];
  readonly listeners: readonly Listener[];
  readonly segments: number;
  /** When the first and the last segment were seen. */
  readonly startAt: number;
  readonly endAt: number;
  /**
   * Packets that were captured more than once, and the numbers of some. Without an IP identification a packet that was sent
   * again at once looks the same, so only those with one are sure.
   */
  readonly copies: { readonly count: number; readonly sure: number; readonly packets: readonly number[] };
  /** Attempts that are counted but not kept. */
  readonly leftOut: number;
}

/** Follows connections. */
export class Explainer {
  readonly #table = new ConnectionTable();
  readonly #listeners = new ListenerTable();
  readonly #aging = new Aging();
  readonly #translations = new Translations();
  readonly #kept: KeptConnections;
  readonly #copyPackets: number[] = [];
  #copies = 0;
  #sureCopies = 0;
  #leftOut = 0;
  #segments = 0;
  #startAt: number = Number.NaN;
  #endAt = 0;

  constructor(options: KeepOptions = {}) {
    this.#kept = new KeptConnections(options);
  }

  /** The next segment of the capture; the object may be used again afterwards. */
  see(segment: Segment): void {
    this.#segments += 1;
    if (Number.isNaN(segment.at)) this.#seeUntimed(segment);
    else this.#take(segment);
  }

  /** The connection that a segment belongs to, as far as it is known; for whoever watches live and cannot wait for the end. */
  connectionOf(segment: Segment): Connection | null {
    return this.#table.find(segment);
  }

  /** Everything that was observed. */
  finish(): Observation {
    for (const connection of [...this.#table.living]) this.#forget(connection);
    const connections = this.#kept.inOrder();
    for (const connection of connections) this.#findListener(connection);
    return {
      connections,
      listeners: this.#listeners.finish(),
      segments: this.#segments,
      startAt: this.#startAt,
      endAt: this.#endAt,
      copies: { count: this.#copies, sure: this.#sureCopies, packets: this.#copyPackets },
      leftOut: this.#leftOut,
    };
  }

  /** A packet without a time is followed as if it came with the one before, but no time is told from it. */
  #seeUntimed(segment: Segment): void {
    this.#markUntimed(segment);
    this.#take({ ...segment, at: this.#endAt });
    this.#markUntimed(segment);
  }

  #markUntimed(segment: Segment): void {
    const connection = this.#table.find(segment);
    if (connection !== null) connection.isUntimed = true;
  }

  #take(segment: Segment): void {
    if (segment.at > this.#endAt) this.#endAt = segment.at;
    if (!(this.#startAt <= segment.at)) this.#startAt = segment.at;
    this.#translations.translate(segment);
    const connection = this.#table.find(segment);
    if (connection === null) this.#meet(segment);
    else this.#follow(connection, segment);
  }

  /** The first segment between two endpoints. */
  #meet(segment: Segment): void {
    const { flags } = segment;
    if ((flags & RST) !== 0) return;
    if ((flags & SYN) !== 0) {
      if (!this.#translations.discover(segment)) this.#begin(segment, (flags & ACK) === 0);
      else this.#followTranslated(segment);
    } else if (segment.payloadLength > 0) this.#meetOlder(segment);
  }

  #begin(segment: Segment, isSyn: boolean): void {
    if (this.#aging.isDue(segment.at, this.#table.living.length)) this.#sweep(segment.at);
    const connection = this.#table.add(segment, isSyn);
    const listener = this.#listeners.find(connection);
    connection.listener = listener;
    if (isSyn) {
      onSyn(connection, segment);
      this.#translations.remember(connection);
    } else this.#onAnswer(connection, segment);
  }

  #followTranslated(segment: Segment): void {
    const connection = this.#table.find(segment);
    if (connection !== null) this.#follow(connection, segment);
  }

  #meetOlder(segment: Segment): void {
    this.#listeners.noteOlder(segment);
    this.#table.add(segment, true).phase = PHASE.foreign;
  }

  #follow(connection: Connection, segment: Segment): void {
    connection.lastAt = segment.at;
    const { flags } = segment;
    // The common path: nothing more is to be learnt from the packets in the middle of a connection.
    if (connection.phase >= PHASE.served && (flags & (SYN | FIN | RST)) === 0 && hasSpoken(connection))
      return;
    if ((flags & SYN) !== 0) this.#onSynFlag(connection, segment);
    else if (isFromClient(connection, segment)) this.#onClient(connection, segment);
    else this.#onServer(connection, segment);
  }

  #onSynFlag(connection: Connection, segment: Segment): void {
    const byClient = isFromClient(connection, segment);
    if ((segment.flags & ACK) !== 0) {
      if (!byClient && connection.phase < PHASE.ended) this.#onAnswer(connection, segment);
    } else if (byClient && isSameAttempt(connection, segment)) this.#seeSyn(connection, segment);
    else if (!byClient && connection.phase <= PHASE.answered) connection.isSimultaneous = true;
    else this.#replace(connection, segment);
  }

  #seeSyn(connection: Connection, segment: Segment): void {
    const before = connection.copies;
    onSyn(connection, segment);
    this.#noteCopies(connection, before, segment);
  }

  /** The same endpoints once more: port reuse. */
  #replace(connection: Connection, segment: Segment): void {
    this.#forget(connection);
    this.#begin(segment, true);
  }

  #onAnswer(connection: Connection, segment: Segment): void {
    connection.listener ??= this.#listeners.answering(connection);
    const before = connection.copies;
    onSynAck(connection, segment);
    this.#noteCopies(connection, before, segment);
  }

  #onClient(connection: Connection, segment: Segment): void {
    if ((segment.flags & RST) !== 0) {
      this.#onClientReset(connection, segment);
      return;
    }
    if (connection.phase <= PHASE.final) {
      connection.listener ??= this.#listeners.find(connection);
      const before = connection.copies;
      onClientTry(connection, segment);
      this.#noteCopies(connection, before, segment);
    } else if ((segment.flags & FIN) !== 0) connection.clientFinAt = segment.at;
    this.#endIfClosed(connection);
  }

  #onClientReset(connection: Connection, segment: Segment): void {
    // The client resets the old connection that answered its SYN, and goes on with the new one.
    if (connection.phase === PHASE.synSent && connection.hasStrayAck) {
      connection.wasChallenged = true;
      return;
    }
    if (connection.phase < PHASE.ended && connection.resetBy === null) {
      connection.resetAt = segment.at;
      connection.resetBy = "client";
      connection.cite(segment);
      endService(connection, segment.at);
    }
    this.#end(connection);
  }

  #onServer(connection: Connection, segment: Segment): void {
    if (connection.phase >= PHASE.ended) return;
    if ((segment.flags & RST) === 0) {
      onServerPacket(connection, segment);
      this.#endIfClosed(connection);
      return;
    }
    onServerReset(connection, segment);
    if (connection.resetBy !== null) this.#end(connection);
  }

  #endIfClosed(connection: Connection): void {
    if (connection.phase < PHASE.passed || connection.phase >= PHASE.ended) return;
    if (!Number.isNaN(connection.clientFinAt) && !Number.isNaN(connection.serverFinAt)) this.#end(connection);
  }

  #noteCopies(connection: Connection, before: number, segment: Segment): void {
    if (connection.copies === before) return;
    this.#copies += 1;
    if (segment.identification > 0) this.#sureCopies += 1;
    if (this.#copyPackets.length < MOST_COPY_PACKETS) this.#copyPackets.push(segment.number);
  }

  /** The connection is over; it stays in the table for a while, so that a late packet of it begins nothing new. */
  #end(connection: Connection): void {
    if (connection.phase === PHASE.ended) return;
    this.#judgeLater(connection);
    connection.phase = PHASE.ended;
    const oldest = this.#aging.end(connection);
    if (oldest === null) return;
    this.#table.remove(oldest);
    this.#table.recycle(oldest);
  }

  /** Takes a connection out of the table. */
  #forget(connection: Connection): void {
    if (connection.phase !== PHASE.ended) this.#judgeLater(connection);
    connection.phase = PHASE.ended;
    endService(connection, this.#endAt);
    this.#table.remove(connection);
  }

  #judgeLater(connection: Connection): void {
    if (connection.phase === PHASE.foreign) return;
    const { listener } = connection;
    if (connection.phase === PHASE.synSent) logUnansweredSyns(connection, this.#endAt);
    else logStanding(connection);
    if (connection.phase === PHASE.final && !connection.clientSpokeFirst) {
      listener?.noteSilence(connection, Number.isNaN(connection.resetAt) ? this.#endAt : connection.resetAt);
    }
    if (listener !== null) {
      noteUnheard(listener, connection);
      listener.thinOut();
    }
    const keeping = this.#kept.take(connection);
    if (keeping === "left out") this.#leaveOut(connection);
    else if (keeping === "folded" && listener !== null) listener.folded += 1;
  }

  /** A listener that answered somebody else only later. */
  #findListener(connection: Connection): void {
    if (connection.listener !== null) return;
    connection.listener = this.#listeners.find(connection);
    if (!connection.hasSynAck) logUnansweredSyns(connection, this.#endAt);
  }

  /** Counts an attempt of which nothing more is told. */
  #leaveOut(connection: Connection): void {
    this.#leftOut += 1;
    const listener = connection.listener ?? this.#listeners.find(connection);
    if (listener !== null) listener.leftOut += 1;
  }

  #sweep(now: number): void {
    for (const connection of this.#aging.sweep(now, this.#table.living)) {
      // Nobody else holds what told of no more than a SYN.
      const canRecycle = isBare(connection);
      this.#forget(connection);
      if (canRecycle) this.#table.recycle(connection);
    }
  }
}

/** Whose packets are missing: a filter, or a capture of one direction. */
function noteUnheard(listener: Listener, { hasSyn, finalAt, passedAt }: Connection): void {
  if (Number.isNaN(passedAt) && Number.isNaN(finalAt)) return;
  listener.opened += 1;
  if (!Number.isNaN(finalAt)) return;
  if (hasSyn) listener.openedWithoutFinal += 1;
  else listener.openedUnheard += 1;
}

/** A FIN alone proves that the connection was accepted, but the first response may still come before it. */
function hasSpoken(connection: Connection): boolean {
  return connection.phase !== PHASE.served || !Number.isNaN(connection.firstPayloadAt);
}
