/**
 * An endpoint that answers SYNs, with what its connections have shown about it. It remembers sums and moments, never
 * connections, so its size does not grow with the capture.
 *
 * @module
 */
import type { Segment } from "../../wire/packet/segment.ts";
import type { AddressWords } from "../endpoint-names.ts";
import { QueueLog } from "../queue/queue-log.ts";
import { judgeQueue, type QueueVerdict, withPast } from "../queue/queue-verdict.ts";
import { RoundTrips } from "../queue/round-trips.ts";
import type { NumberList } from "./number-list.ts";

/** From this wait on, a first response counts as slow. */
export const SLOW_RESPONSE_MS = 1000;
/** A serial server's first byte follows the end of the previous connection within this time and a round trip. */
const AT_ONCE_MS = 100;
/** A verdict is made again once so large a share of the log is new. */
const FEW_NEW = 0.05;
/** Packets may overtake each other by so much between the capture point and the listener, even in the same machine. */
const LEAST_MARGIN_MS = 0.1;
const MOST_SLOW_PACKETS = 10;
/** A server that speaks first does so in this share of its connections at the least; in fewer the client's bytes are missing. */
const GREETING_SHARE = 0.25;
/** Resets of one close() come closer together than this. */
const TOGETHER_MS = 20;

/** What a listener needs to know of a connection. */
export interface ListenerConnection {
  readonly server0: number;
  readonly server1: number;
  readonly server2: number;
  readonly server3: number;
  readonly serverPort: number;
  readonly ipVersion: 4 | 6;
  readonly synAckTimes: NumberList;
  readonly clientSpokeFirst: boolean;
  readonly finalAt: number;
}

/** What the listener's own kernel says of it. The limits differ where several listeners share the port (SO_REUSEPORT). */
export interface KernelFacts {
  readonly leastLimit: number;
  readonly mostLimit: number;
  readonly abortOnOverflow: boolean | null;
}

/** One listener. Times are milliseconds since the capture's first packet. */
export class Listener {
  readonly address0: number;
  readonly address1: number;
  readonly address2: number;
  readonly address3: number;
  readonly ipVersion: 4 | 6;
  readonly port: number;
  readonly log: QueueLog = new QueueLog();

  /** Known only to whoever watches on the server itself. */
  kernel: KernelFacts | null = null;
  /** Connections that were opened, and of these the ones without any packet of the client, and without its final ACK. */
  opened = 0;
  openedUnheard = 0;
  openedWithoutFinal = 0;
  /** Whether the capture is over, so that nothing more comes into the log. */
  isOver = false;
  /** Connections that simply completed and were forgotten. */
  folded = 0;
  /** Attempts that never completed and are only counted, because there were so many. */
  leftOut = 0;
  /** When it first and last showed that it was there: a child that was made, an answer to a SYN. */
  firstCompletedAt: number = Number.POSITIVE_INFINITY;
  lastAliveAt: number = Number.NEGATIVE_INFINITY;
  /** When the last SYN came, and when one was last answered with a reset, as a closed port does. */
  lastSynAt: number = Number.NEGATIVE_INFINITY;
  lastRefusedAt: number = Number.NEGATIVE_INFINITY;
  /** From a SYN, sent once, to its SYN+ACK. */
  readonly roundTrips: RoundTrips = new RoundTrips();
  /** Connections that were seen near to the server, and far from it. */
  seenNear = 0;
  seenFar = 0;
  /** The longest time for which a silent client was left alone without a SYN+ACK that came again. */
  longestSilentMs = 0;
  /** Connections in which the server spoke, those in which it did so before the client, and how long after the final ACK. */
  #spoke = 0;
  #spokeFirst = 0;
  readonly greetings: RoundTrips = new RoundTrips();
  /** Connections whose payload was refused, beyond doubt. */
  refusedData = 0;
  /** Connections whose first bytes were acknowledged while the SYN+ACK had come but once. */
  promptData = 0;
  /** Whether packets of older connections show that the capture begins amid them. */
  isAmid = false;
  /** Connections that were answered while another one was. */
  overlaps = 0;
  /** Connections that had waited and were answered as soon as the previous one ended, and those that were not. */
  promptAfterEnd = 0;
  tardyAfterEnd = 0;
  slowResponses = 0;
  slowestResponseMs = 0;
  readonly slowPackets: number[] = [];

  /** The verdict on what the log has forgotten. */
  #past: QueueVerdict | null = null;
  #queue: QueueVerdict | null = null;
  #judgedVersion = -1;
  #serving = 0;
  #lastEndAt = Number.NaN;
  /** Connections that nothing had proven accepted and that were reset in a row, when they last were. */
  #resetInARow = 0;
  /** Of the longest such row. */
  resetTogether = 0;
  lastChildResetAt: number = Number.NEGATIVE_INFINITY;

  constructor(connection: ListenerConnection) {
    this.address0 = connection.server0;
    this.address1 = connection.server1;
    this.address2 = connection.server2;
    this.address3 = connection.server3;
    this.ipVersion = connection.ipVersion;
    this.port = connection.serverPort;
  }

  get words(): AddressWords {
    return [this.address0, this.address1, this.address2, this.address3];
  }

  /** Whether it is a server that speaks first. */
  get greets(): boolean {
    return this.#spokeFirst > 0 && this.#spokeFirst >= this.#spoke * GREETING_SHARE;
  }

  /** Whether a full queue explains what was refused, as far as it is known by now. */
  get queue(): QueueVerdict {
    const { log } = this;
    // Whoever watches live asks at each victim, and a long log hardly changes from one to the next.
    const isOld = log.version - this.#judgedVersion > log.version * (this.isOver ? 0 : FEW_NEW);
    if (this.#queue === null || isOld) {
      this.#queue = this.#judged();
      this.#judgedVersion = log.version;
    }
    return this.#queue;
  }

  /** Bounds the log; what it told of what is forgotten is remembered as a sum. */
  thinOut(): void {
    if (!this.log.isLarge) return;
    if (!this.log.isCalm) this.#past = this.#judged();
    this.log.forgetOlder();
    this.#judgedVersion = -1;
    this.#queue = null;
  }

  #judged(): QueueVerdict {
    const { usualMs, shortMs } = this.roundTrips;
    const marginMs = LEAST_MARGIN_MS + usualMs - shortMs;
    const now = judgeQueue(this.log, { marginMs, roundTripMs: shortMs, isAmid: this.isAmid });
    return this.#past === null ? now : withPast(now, this.#past);
  }

  /** A SYN that was sent once was answered after this time. */
  noteRtt(rttMs: number): void {
    if (rttMs >= 0) this.roundTrips.add(rttMs);
  }

  /** A child was made. */
  noteCompleted(at: number): void {
    this.firstCompletedAt = Math.min(this.firstCompletedAt, at);
    this.noteAlive(at);
  }

  /** It showed that it was there. */
  noteAlive(at: number): void {
    this.lastAliveAt = Math.max(this.lastAliveAt, at);
  }

  /** Whether it was still there after a moment: it answered something later, or left SYNs alone that a closed port resets. */
  wasAliveAfter(at: number): boolean {
    return this.lastAliveAt > at || (this.lastSynAt > at && !(this.lastRefusedAt > at));
  }

  /**
   * A connection that nothing had proven accepted was reset. When a listener closes, all who wait are, at once.
   *
   * @kernel net/ipv4/inet_connection_sock.c inet_csk_listen_stop() v6.18
   */
  noteChildReset(at: number): void {
    this.#resetInARow = at - this.lastChildResetAt <= TOGETHER_MS ? this.#resetInARow + 1 : 1;
    this.lastChildResetAt = at;
    this.resetTogether = Math.max(this.resetTogether, this.#resetInARow);
  }

  /** A client that said nothing until then had not been sent the SYN+ACK again. */
  noteSilence(connection: ListenerConnection, until: number): void {
    if (connection.synAckTimes.length !== 1) return;
    this.longestSilentMs = Math.max(this.longestSilentMs, until - connection.synAckTimes.first);
  }

  /** The first byte of the server in a connection; it had been waited for so long, beyond the round trip. */
  noteFirstByte(connection: ListenerConnection, segment: Segment, waitedMs: number): void {
    this.#spoke += 1;
    if (!connection.clientSpokeFirst) this.#noteGreeting(segment.at - connection.finalAt);
    this.log.spoke.push(segment.at);
    this.#noteOrder(connection, segment.at);
    if (!(waitedMs >= SLOW_RESPONSE_MS)) return;
    this.slowResponses += 1;
    this.slowestResponseMs = Math.max(this.slowestResponseMs, waitedMs);
    if (this.slowPackets.length < MOST_SLOW_PACKETS) this.slowPackets.push(segment.number);
  }

  #noteGreeting(afterMs: number): void {
    this.#spokeFirst += 1;
    if (afterMs >= 0) this.greetings.add(afterMs);
  }

  /** The server is done with a connection that it was answering. */
  noteEnd(at: number): void {
    this.log.ended.push(at);
    this.#serving = Math.max(0, this.#serving - 1);
    this.#lastEndAt = at;
  }

  #noteOrder(connection: ListenerConnection, at: number): void {
    if (this.#serving > 0) this.overlaps += 1;
    else if (connection.finalAt < this.#lastEndAt) {
      if (at - this.#lastEndAt <= AT_ONCE_MS + this.roundTrips.usualMs) this.promptAfterEnd += 1;
      else this.tardyAfterEnd += 1;
    }
    this.#serving += 1;
  }
}
