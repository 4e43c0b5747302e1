/**
 * `explain` while it happens: segments of one listener come in, victims come out, each once and as soon as it is known what
 * happened. It also says whose packets are wanted from now on: of a client whose SYN+ACK came again all of them, of the
 * others only SYN, RST and FIN. Pure; the packets are `live-capture.ts`'s.
 *
 * What follows from that: a final ACK is not seen the first time. So how many stand in the queue cannot be counted (the kernel is asked instead), a
 * connection of which nothing was seen but SYN and SYN+ACK has probably completed, and one whose SYN+ACK came again once and
 * that went on then is a victim too, although `explain` calls it completed.
 *
 * @module
 */

import { MOST_CLIENT_PORTS } from "../../wire/packet/packet-filter.ts";
import type { Segment } from "../../wire/packet/segment.ts";
import { conclude } from "../conclude.ts";
import { EndpointNames } from "../endpoint-names.ts";
import type { Explanation, Handshake } from "../explanation.ts";
import type { Connection } from "../follow/connection.ts";
import { PHASE, type ResetCause } from "../follow/connection.ts";
import { Explainer } from "../follow/explainer.ts";
import type { KernelFacts } from "../follow/followed-listener.ts";
import { handshakeOf, tell } from "../judge/story.ts";
import { judge } from "../judge/verdict.ts";
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

/** What the kernel of the listener says; null where it is another machine's. */
export interface KernelWitness {
  /** Whether a full queue sent the reset of that moment. */
  resetCause(at: number): ResetCause;
  factsOf(address: string, ipVersion: 4 | 6): KernelFacts | null;
}

const NO_WITNESS: KernelWitness = { resetCause: () => null, factsOf: () => null };

/** Follows one listener. Times are milliseconds since the first packet. */
export class LiveExplainer {
  readonly #explainer = new Explainer();
  readonly #names = new EndpointNames();
  readonly #suspects = new Map<Connection, Suspect>();
  readonly #told = new WeakSet<Connection>();
  readonly #victims = new Set<Connection>();
  /** Client ports whose packets are wanted, with the time of the last one; the longest silent first. */
  readonly #wanted = new Map<number, number>();
  readonly #witness: KernelWitness;
  #attempts = 0;

  /** @param witness asked about resets when they are judged, and about listeners in the end */
  constructor(witness: KernelWitness = NO_WITNESS) {
    this.#witness = witness;
  }

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

  /** Everything, in the words of `explain --json`; only victims are listed, and the others counted. */
  finish(now: number): Explanation {
    const observation = this.#explainer.finish();
    for (const listener of observation.listeners) {
      listener.isAmid = true;
      listener.kernel = this.#witness.factsOf(
        this.#names.address(listener.words, listener.ipVersion),
        listener.ipVersion,
      );
    }
    const isVictim = (one: Connection): boolean => this.#victims.has(one) || isSuspicious(one);
    const connections = observation.connections.filter(isVictim);
    for (const one of observation.connections)
      if (one.listener !== null && !isVictim(one) && hasProbablyCompleted(one, now)) one.listener.folded += 1;
    for (const connection of connections) this.#askForReset(connection);
    return conclude([{ ...observation, connections }], { names: this.#names });
  }

  #judge(connection: Connection, now: number): Handshake | null {
    if (connection.listener !== null) connection.listener.isAmid = true;
    this.#askForReset(connection);
    const verdict = judge(connection, { endAt: now, isOneSided: false });
    const isHarmless = verdict.outcome === "completed" && connection.synAckTimes.length < 2;
    if (isHarmless || verdict.outcome === "cut-off") return null;
    this.#told.add(connection);
    this.#victims.add(connection);
    return handshakeOf(tell(connection, verdict, this.#names));
  }

  #askForReset(connection: Connection): void {
    if (connection.isBareReset) connection.resetCause ??= this.#witness.resetCause(connection.resetAt);
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

/** A SYN+ACK that did not come again in time was answered: the filter does not pass the answer. */
function hasProbablyCompleted(
  { hasSynAck, synAckTimes, finalAt, resetBy }: Connection,
  now: number,
): boolean {
  return hasSynAck && resetBy === null && (!Number.isNaN(finalAt) || now - synAckTimes.last > QUIET_MS);
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
