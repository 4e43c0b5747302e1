/**
 * `explain` while it happens: segments of one listener come in, victims come out, each once and as soon as it is known what
 * happened. It also says whose packets are wanted from now on: of a client whose SYN+ACK came again all of them, of the
 * others only SYN, RST and FIN. Pure; the packets are `live-capture.ts`'s.
 *
 * What follows from that: a final ACK is not seen the first time. So how many stand in the queue cannot be counted, a
 * connection of which nothing was seen but SYN and SYN+ACK has probably completed, and one whose SYN+ACK came again once and
 * that went on then is a victim too, although `explain` calls it completed.
 *
 * @module
 */

import { conclude } from "../../explain/conclude.ts";
import type { Connection } from "../../explain/connection.ts";
import { PHASE } from "../../explain/connection.ts";
import { EndpointNames } from "../../explain/endpoint-names.ts";
import { Explainer } from "../../explain/explainer.ts";
import type { Explanation, Handshake } from "../../explain/explanation.ts";
import { handshakeOf, tell } from "../../explain/story.ts";
import { judge } from "../../explain/verdict.ts";
import { MOST_CLIENT_PORTS } from "../../wire/packet-filter.ts";
import type { Segment } from "../../wire/segment.ts";
import { ackBefore } from "./inferred-ack.ts";

/** What is still open is judged when its next packet would have come and did not. */
const QUIET_MS = 1_500;
/** A resend comes after twice the last distance, give or take. */
const NEXT_GAP = 2.2;
/** A client is listened to for that long after its last packet: the longest distance of two SYN+ACKs is 32 s. */
const LISTEN_MS = 40_000;

/** Whoever waits for a line. */
interface Suspect {
  readonly connection: Connection;
  /** Tells whether the object has been given to another connection since. */
  readonly startedAt: number;
}

/** Follows one listener. Times are milliseconds since the first packet. */
export class LiveExplainer {
  readonly #explainer = new Explainer();
  readonly #names = new EndpointNames();
  readonly #suspects = new Map<Connection, Suspect>();
  readonly #told = new WeakSet<Connection>();
  readonly #victims = new Set<Connection>();
  /** Client ports whose packets are wanted, with the time of the last one; the longest silent first. */
  readonly #wanted = new Map<number, number>();
  #attempts = 0;

  /** How many clients have begun. */
  get attempts(): number {
    return this.#attempts;
  }

  /** Client ports whose packets are wanted, at most so many as a filter holds. */
  get wantedPorts(): readonly number[] {
    return [...this.#wanted.keys()].slice(-MOST_CLIENT_PORTS);
  }

  /** The next segment; true if other packets are wanted than before. */
  see(segment: Segment): boolean {
    const before = this.#explainer.connectionOf(segment);
    const inferred = before === null ? null : ackBefore(before, segment);
    if (inferred !== null) this.#explainer.see(inferred);
    this.#explainer.see(segment);
    const connection = this.#explainer.connectionOf(segment);
    if (connection === null) return false;
    if (connection !== before) this.#attempts += 1;
    if (isSuspicious(connection) && !this.#told.has(connection))
      this.#suspects.set(connection, { connection, startedAt: connection.startedAt });
    return this.#listenTo(connection, segment);
  }

  /** The victims of whom it is known by now what happened, each once. */
  victims(now: number): Handshake[] {
    const known: Handshake[] = [];
    for (const { connection, startedAt } of this.#suspects.values()) {
      const isOther = connection.startedAt !== startedAt;
      if (!isOther && !isSettled(connection, now)) continue;
      this.#suspects.delete(connection);
      const handshake = isOther ? null : this.#judge(connection, now);
      if (handshake !== null) known.push(handshake);
    }
    return known;
  }

  /** Stops wanting the packets of clients that have been silent; true if there were any. */
  forgetSilent(now: number): boolean {
    const silent = [...this.#wanted].filter(([, lastAt]) => now - lastAt > LISTEN_MS);
    for (const [port] of silent) this.#wanted.delete(port);
    return silent.length > 0;
  }

  /** Everything, in the words of `explain --json`; only victims are listed. */
  finish(): Explanation {
    const observation = this.#explainer.finish();
    for (const listener of observation.listeners) listener.isAmid = true;
    const connections = observation.connections.filter((one) => this.#victims.has(one) || isSuspicious(one));
    return conclude([{ ...observation, connections }], { names: this.#names });
  }

  #judge(connection: Connection, now: number): Handshake | null {
    if (connection.listener !== null) connection.listener.isAmid = true;
    const verdict = judge(connection, { endAt: now, isOneSided: false });
    const isHarmless = verdict.outcome === "completed" && connection.synAckTimes.length < 2;
    if (isHarmless || verdict.outcome === "cut-off") return null;
    this.#told.add(connection);
    this.#victims.add(connection);
    return handshakeOf(tell(connection, verdict, this.#names));
  }

  #listenTo(connection: Connection, segment: Segment): boolean {
    const port = connection.clientPort;
    const isWanted = this.#wanted.delete(port);
    const isOver = connection.phase >= PHASE.passed;
    if (isOver || (!isWanted && connection.synAckTimes.length < 2)) return isWanted;
    this.#wanted.set(port, segment.at);
    return !isWanted;
  }
}

/** A packet came again, or a reset came where a handshake was. */
function isSuspicious(connection: Connection): boolean {
  const { synTimes, synAckTimes, isRefused, isBareReset } = connection;
  return synTimes.length > 1 || synAckTimes.length > 1 || isRefused || isBareReset;
}

/** Known at once is a proven refusal; all else by what comes next, or by nothing coming. */
function isSettled(connection: Connection, now: number): boolean {
  if (connection.isRefused || connection.provenAgain > 0) return true;
  const isResetJustNow = connection.isBareReset;
  if (!isResetJustNow && connection.phase >= PHASE.passed) return true;
  return now - connection.lastAt > quietMs(connection);
}

function quietMs({ synTimes, synAckTimes, hasSynAck }: Connection): number {
  const times = hasSynAck ? synAckTimes : synTimes;
  const gapMs = times.length < 2 ? 0 : times.last - (times.at(times.length - 2) ?? times.last);
  return Math.max(QUIET_MS, gapMs * NEXT_GAP);
}
