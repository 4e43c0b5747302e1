/**
 * A storm: up to millions of clients against one listener of the specification, without a list of packets. The listener is the
 * same as everywhere; the clients are numbers in arrays, and the wire only delays.
 *
 * @module
 */
import { seqAdd } from "../../wire/packet/sequence.ts";
import { TCP_FLAG } from "../../wire/packet/tcp-flags.ts";
import { clearEffects, type Effects, noEffects, type Sent } from "../host/effects.ts";
import type { TimerRef } from "../host/host-state.ts";
import { type LiveQueues, ServerHost } from "../host/server-host.ts";
import { EventHeap } from "../simulation/event-heap.ts";
import { firesAtMs } from "../simulation/timer-wheel.ts";
import { StormClients } from "./storm-clients.ts";
import type { StormPlan, StormResult, StormSample } from "./storm-plan.ts";
import { type TakenTimer, TimerLists } from "./timer-lists.ts";

const HZ = 250;
const LISTENER = "storm";
const ENDPOINT = -1;
const REQUEST_BYTES = 82;
/** Stands for the timer of an old kernel's sweep among those of clients. */
const SWEEP = -1;

/** What can happen to a client. */
const EVENT = {
  connects: 0,
  synArrives: 1,
  synAckArrives: 2,
  ackArrives: 3,
  requestArrives: 4,
  resetArrives: 5,
  serverCloses: 6,
  /** The server runs again after a pause; its client means nothing. */
  serverRuns: 7,
  losesPatience: 8,
} as const;
/** An event is one number: a client's times this, and what happens to it. */
const KINDS = 16;
/** A client's timer likewise: for which resend it was set, and whether of a SYN or of the request. */
const RESENDS = 32;
const TIMER = { syn: 0, request: 1 } as const;

/** Lets a storm blow over. The same plan gives the same result. */
export function simulateStorm(plan: StormPlan): StormResult {
  return new Storm(plan).toTheEnd();
}

class Storm {
  readonly #plan: StormPlan;
  readonly #host: ServerHost;
  readonly #queues: LiveQueues;
  readonly #clients: StormClients;
  readonly #arrivals = new EventHeap<number>();
  readonly #requestTimers: TimerLists;
  readonly #clientTimers: TimerLists;
  readonly #effects: Effects = noEffects();
  /** One object for every packet that arrives: the host keeps nothing of it. */
  readonly #segment = { from: 0, to: ENDPOINT, flags: 0, seq: 0, ack: 0, length: 0 };
  readonly #samples: StormSample[] = [];
  #longestAcceptQueue = 0;
  #longestSynQueue = 0;
  readonly #syns = { arrived: 0, refusedBySynQueue: 0, cookies: 0 };
  #idleWorkers: number;
  #nextSampleMs: number;
  #nowMs = 0;
  #events = 0;
  #isPaused = false;

  constructor(plan: StormPlan) {
    this.#plan = plan;
    this.#idleWorkers = plan.workers;
    const { rules, hz = HZ } = plan;
    const firesAt = (setAtMs: number, lengthMs: number) =>
      firesAtMs(setAtMs, lengthMs, hz, rules.hasCoarseTimerWheel);
    this.#requestTimers = new TimerLists(firesAt);
    this.#clientTimers = new TimerLists(firesAt);
    this.#nextSampleMs = plan.sampleEveryMs === null ? Number.POSITIVE_INFINITY : 0;
    this.#host = ServerHost.create(plan.rules, {
      initialSequence: ({ from }) => Math.imul(Number(from) + 1, 0x85ebca6b) >>> 0,
      bucketOf: (peer, tableSize) => (Math.imul(Number(peer), 0x9e3779b1) >>> 0) % tableSize,
      onTimer: (timer) => this.#onTimerSet(timer),
    });
    for (const [name, value] of Object.entries(plan.sysctls ?? {})) this.#host.setSysctl(name, value);
    this.#host.listen({ name: LISTENER, endpoint: ENDPOINT, backlog: plan.backlog });
    this.#queues = this.#host.queues(LISTENER) as LiveQueues;
    const { connections, untilFirstAreDecided: first } = plan;
    this.#clients = new StormClients({ connections, first }, plan.rules, this.#host.sysctls);
  }

  toTheEnd(): StormResult {
    const { connections, gapMs, untilMs = Number.POSITIVE_INFINITY } = this.#plan;
    if (connections > 0) this.#in(gapMs(0), 0, EVENT.connects);
    while (!this.#clients.areOver && this.#happens(untilMs)) this.#events += 1;
    return {
      events: this.#events,
      endedAtMs: this.#nowMs,
      samples: this.#samples,
      outcomes: this.#clients.outcomes(),
      longest: { acceptQueue: this.#longestAcceptQueue, synQueue: this.#longestSynQueue },
      syns: { ...this.#syns },
      connectMs: this.#clients.connectMs,
      acceptMs: this.#clients.acceptMs,
      refusals: this.#clients.refusals,
      counters: { ...this.#host.counters },
    };
  }

  /** The next event; false when there is none, or none before the end. */
  #happens(untilMs: number): boolean {
    const [arrivalMs, requestMs] = [this.#arrivals.nextTime, this.#requestTimers.nextMs];
    const clientMs = this.#clientTimers.nextMs;
    const nextMs = Math.min(arrivalMs, requestMs, clientMs);
    if (nextMs > untilMs || nextMs === Number.POSITIVE_INFINITY) return false;
    this.#sampleUntil(nextMs);
    this.#nowMs = nextMs;
    if (nextMs === arrivalMs) this.#arrives(this.#arrivals.pop() as number);
    else if (nextMs === requestMs) this.#onRequestTimer(this.#requestTimers.take());
    else this.#onClientTimer(this.#clientTimers.take().timer);
    return true;
  }

  #sampleUntil(nextMs: number): void {
    while (this.#nextSampleMs <= nextMs) {
      const { acceptQueue, qlen } = this.#queues;
      this.#samples.push({ at: this.#nextSampleMs, acceptQueue: acceptQueue.length, synQueue: qlen });
      this.#nextSampleMs += this.#plan.sampleEveryMs as number;
    }
  }

  #in(afterMs: number, client: number, what: number): void {
    this.#arrivals.push(this.#nowMs + afterMs, client * KINDS + what);
  }

  #arrives(event: number): void {
    const what = event % KINDS;
    const client = (event - what) / KINDS;
    if (what === EVENT.synArrives) this.#atServer(client, TCP_FLAG.SYN, 0);
    else if (what === EVENT.synAckArrives) this.#onSynAck(client);
    else if (what === EVENT.ackArrives) this.#atServer(client, TCP_FLAG.ACK, 0);
    else if (what === EVENT.requestArrives)
      this.#atServer(client, TCP_FLAG.ACK | TCP_FLAG.PSH, REQUEST_BYTES);
    else if (what === EVENT.serverCloses) this.#onServerClose(client);
    else if (what === EVENT.resetArrives) this.#clients.isReset(client);
    else if (what === EVENT.losesPatience) this.#clients.losesPatience(client);
    else if (what === EVENT.serverRuns) this.#runsAgain();
    else this.#connect(client);
  }

  #connect(client: number): void {
    const { connections, gapMs, patienceMs } = this.#plan;
    if (client + 1 < connections) this.#in(gapMs(client + 1), client + 1, EVENT.connects);
    this.#clients.connects(client, this.#nowMs);
    if (patienceMs !== undefined) this.#in(patienceMs, client, EVENT.losesPatience);
    this.#sendSyn(client);
  }

  #sendSyn(client: number): void {
    this.#in(this.#plan.delayMs, client, EVENT.synArrives);
    this.#setClientTimer(client, TIMER.syn, this.#clients.synTimeoutMs(client));
  }

  /** The first makes the connection; another one is answered by a bare ACK, as long as the client is there. */
  #onSynAck(client: number): void {
    const isFirst = this.#clients.becomesConnected(client, this.#nowMs);
    if (isFirst || this.#clients.isConnected(client)) this.#in(this.#plan.delayMs, client, EVENT.ackArrives);
    if (isFirst && this.#plan.sendsRequest === true) this.#sendRequest(client);
  }

  #sendRequest(client: number): void {
    const { delayMs } = this.#plan;
    this.#in(delayMs, client, EVENT.requestArrives);
    this.#setClientTimer(client, TIMER.request, this.#clients.requestTimeoutMs(client, 2 * delayMs));
  }

  #setClientTimer(client: number, kind: number, lengthMs: number): void {
    const timer = (client * RESENDS + this.#clients.resendsOf(client)) * 2 + kind;
    this.#clientTimers.set(lengthMs, this.#nowMs, timer);
  }

  #onClientTimer(timer: number): void {
    const kind = timer % 2;
    const resends = ((timer - kind) / 2) % RESENDS;
    const client = ((timer - kind) / 2 - resends) / RESENDS;
    if (kind === TIMER.syn) {
      if (this.#clients.resendsSyn(client, resends, this.#nowMs)) this.#sendSyn(client);
    } else if (this.#clients.resendsRequest(client, resends)) this.#sendRequest(client);
  }

  /** Timeouts are whole milliseconds; the difference of two moments is not, quite. */
  #onTimerSet({ peer, dueMs }: TimerRef): void {
    this.#requestTimers.set(
      Math.round(dueMs - this.#nowMs),
      this.#nowMs,
      peer === null ? SWEEP : Number(peer),
    );
  }

  #onRequestTimer({ timer, dueMs }: TakenTimer): void {
    const isSweep = timer === SWEEP;
    const kind = isSweep ? "sweep" : "request";
    const peer = isSweep ? null : timer;
    clearEffects(this.#effects);
    const ref = { kind, endpoint: ENDPOINT, listener: LISTENER, peer, dueMs } as const;
    this.#apply(this.#host.fire(ref, this.#nowMs, this.#effects));
  }

  #atServer(client: number, flags: number, length: number): void {
    const segment = this.#segment;
    const isSyn = flags === TCP_FLAG.SYN;
    if (isSyn) this.#syns.arrived += 1;
    segment.from = client;
    segment.flags = flags;
    segment.seq = isSyn ? this.#clients.isnOf(client) : seqAdd(this.#clients.isnOf(client), 1);
    segment.ack = isSyn ? 0 : seqAdd(this.#clients.serverIsnOf(client), 1);
    segment.length = length;
    clearEffects(this.#effects);
    this.#apply(this.#host.onSegment(segment, this.#nowMs, this.#effects));
    if (length > 0 && this.#effects.deliveredTo !== null) this.#clients.isDelivered(client);
  }

  #apply({ sent, queued, refused }: Effects): void {
    for (const one of sent) this.#send(one);
    for (const { peer, why } of refused) {
      if (why === "syn-queue-full" || why === "last-quarter") this.#syns.refusedBySynQueue += 1;
      this.#clients.isRefused(Number(peer));
    }
    this.#noteLengths();
    if (queued.length > 0) this.#accept();
  }

  #send({ kind, segment }: Sent): void {
    const client = Number(segment.to);
    if (kind === "syn-ack-cookie") this.#syns.cookies += 1;
    if (kind === "reset") this.#in(this.#plan.delayMs, client, EVENT.resetArrives);
    else if (kind !== "ack") {
      this.#clients.isAnswered(client, segment.seq);
      this.#in(this.#plan.delayMs, client, EVENT.synAckArrives);
    }
  }

  #noteLengths(): void {
    const { acceptQueue, qlen } = this.#queues;
    if (acceptQueue.length > this.#longestAcceptQueue) this.#longestAcceptQueue = acceptQueue.length;
    if (qlen > this.#longestSynQueue) this.#longestSynQueue = qlen;
  }

  /** Every idle worker takes one connection, as long as there are any. */
  #accept(): void {
    while (this.#idleWorkers > 0 && !this.#standsStill()) {
      const child = this.#host.accept(LISTENER);
      if (child === null) return;
      this.#idleWorkers -= 1;
      const client = Number(child.peer);
      this.#clients.isAccepted(client, this.#nowMs);
      this.#in(this.#plan.serviceMs(client), client, EVENT.serverCloses);
    }
  }

  /** During a pause nobody accepts; the end of it is an event of its own. */
  #standsStill(): boolean {
    if (this.#isPaused) return true;
    const againAtMs = this.#plan.acceptsAgainAtMs?.(this.#nowMs) ?? this.#nowMs;
    if (againAtMs <= this.#nowMs) return false;
    this.#isPaused = true;
    this.#in(againAtMs - this.#nowMs, 0, EVENT.serverRuns);
    return true;
  }

  #runsAgain(): void {
    this.#isPaused = false;
    this.#accept();
  }

  #onServerClose(client: number): void {
    this.#host.release(ENDPOINT, client);
    this.#clients.isServed(client);
    this.#idleWorkers += 1;
    this.#accept();
  }
}
