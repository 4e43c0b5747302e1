/**
 * The clients of a storm, as numbers in arrays: who has sent what how often, and how each of them ended.
 *
 * @module
 */

import type { ModelSysctls } from "../rules/model-sysctls.ts";
import type { KernelRules } from "../rules/rules.ts";
import { patienceMs } from "../simulation/end/syn-sender.ts";
import type { StormOutcomes } from "./storm-plan.ts";

const STATE = {
  idle: 0,
  synSent: 1,
  connected: 2,
  delivered: 3,
  served: 4,
  reset: 5,
  timedOut: 6,
  gaveUp: 7,
  gaveUpConnected: 8,
} as const;

/** net.ipv4.tcp_retries2. */
const MOST_DATA_RESENDS = 15;
const LONGEST_MS = 120_000;
const MOST_REFUSALS = 255;

export class StormClients {
  /** Of each client, from the first SYN until connect() returned; NaN while it has not. */
  readonly connectMs: Float64Array;
  /** Of each client, from connect() until accept(); NaN while it waits. */
  readonly acceptMs: Float64Array;
  /** Of each client, how many of its packets were refused; 255 stands for more. */
  readonly refusals: Uint8Array;
  readonly #rules: KernelRules;
  readonly #sysctls: Readonly<ModelSysctls>;
  readonly #states: Uint8Array;
  readonly #resends: Uint8Array;
  readonly #startedMs: Float64Array;
  readonly #serverIsns: Uint32Array;
  #left: number;
  readonly #first: number;
  #undecided: number;

  /** @param first those that count: when they are decided, all are over; without it, nobody is before the end */
  constructor(
    { connections: count, first }: { readonly connections: number; readonly first?: number | undefined },
    rules: KernelRules,
    sysctls: Readonly<ModelSysctls>,
  ) {
    this.#rules = rules;
    this.#sysctls = sysctls;
    this.#left = count;
    this.#first = first ?? 0;
    this.#undecided = first ?? Number.POSITIVE_INFINITY;
    this.#states = new Uint8Array(count);
    this.#resends = new Uint8Array(count);
    this.#startedMs = new Float64Array(count);
    this.#serverIsns = new Uint32Array(count);
    this.connectMs = new Float64Array(count).fill(Number.NaN);
    this.acceptMs = new Float64Array(count).fill(Number.NaN);
    this.refusals = new Uint8Array(count);
  }

  /** Whether nothing that counts can happen any more. */
  get areOver(): boolean {
    return this.#left === 0 || this.#undecided === 0;
  }

  /** A client's initial sequence number. */
  isnOf(client: number): number {
    return Math.imul(client + 1, 0x9e3779b1) >>> 0;
  }

  /** The server's, as its SYN+ACK told it. */
  serverIsnOf(client: number): number {
    return this.#serverIsns[client] as number;
  }

  connects(client: number, atMs: number): void {
    this.#states[client] = STATE.synSent;
    this.#startedMs[client] = atMs;
  }

  /** A SYN+ACK is on its way, with this number. */
  isAnswered(client: number, serverIsn: number): void {
    this.#serverIsns[client] = serverIsn;
  }

  /** A SYN+ACK arrives: true when it is the first that this client sees. */
  becomesConnected(client: number, atMs: number): boolean {
    if (this.#states[client] !== STATE.synSent) return false;
    this.#states[client] = STATE.connected;
    this.#resends[client] = 0;
    this.connectMs[client] = atMs - (this.#startedMs[client] as number);
    return true;
  }

  /** Whether a client answers a SYN+ACK. */
  isConnected(client: number): boolean {
    const state = this.#states[client];
    return state === STATE.connected || state === STATE.delivered || state === STATE.gaveUpConnected;
  }

  /** The server has the client's data. */
  isDelivered(client: number): void {
    if (this.#states[client] === STATE.connected) this.#states[client] = STATE.delivered;
  }

  /** A queue refused one of the client's packets. */
  isRefused(client: number): void {
    const before = this.refusals[client] as number;
    if (before < MOST_REFUSALS) this.refusals[client] = before + 1;
  }

  /** accept() took the connection. Who has given up meanwhile is not counted: nobody is there any more. */
  isAccepted(client: number, atMs: number): void {
    if ((this.#states[client] as number) >= STATE.served) return;
    this.acceptMs[client] = atMs - (this.#startedMs[client] as number);
    this.#isDecided(client);
  }

  /**
   * The client closes unless it was accepted before. One that believes itself connected still answers a SYN+ACK, as its kernel does
   * for it.
   */
  losesPatience(client: number): void {
    if (!Number.isNaN(this.acceptMs[client] as number)) return;
    this.#end(client, this.isConnected(client) ? STATE.gaveUpConnected : STATE.gaveUp);
  }

  isServed(client: number): void {
    this.#end(client, STATE.served);
  }

  isReset(client: number): void {
    this.#end(client, STATE.reset);
  }

  #end(client: number, state: number): void {
    if ((this.#states[client] as number) >= STATE.served) return;
    this.#states[client] = state;
    this.#left -= 1;
    if (Number.isNaN(this.acceptMs[client] as number)) this.#isDecided(client);
  }

  #isDecided(client: number): void {
    if (client < this.#first) this.#undecided -= 1;
  }

  /** How often a client has resent what it waits for an answer to: a timer that was set before that is stale. */
  resendsOf(client: number): number {
    return this.#resends[client] as number;
  }

  /** How long it waits for an answer to its last SYN. */
  synTimeoutMs(client: number): number {
    const doublings = Math.max(0, this.resendsOf(client) - this.#linearTimeouts);
    return Math.min(this.#rules.firstTimeoutMs * 2 ** doublings, LONGEST_MS);
  }

  /** A SYN was not answered in time: whether the client sends it again. Else it gives up, if it was waiting at all. */
  resendsSyn(client: number, resends: number, atMs: number): boolean {
    if (this.#states[client] !== STATE.synSent || this.#resends[client] !== resends) return false;
    const { synRetries } = this.#sysctls;
    const waitedMs = atMs - (this.#startedMs[client] as number);
    const isOver =
      resends >= synRetries + this.#linearTimeouts ||
      (resends > 0 && waitedMs >= patienceMs(synRetries, this.#rules.firstTimeoutMs));
    if (isOver) this.#end(client, STATE.timedOut);
    else this.#resends[client] = resends + 1;
    return !isOver;
  }

  /** How long it waits for an acknowledgement of its request. A tail-loss probe comes first and doubles nothing. */
  requestTimeoutMs(client: number, rttMs: number): number {
    const doublings = Math.max(0, this.resendsOf(client) - (this.#rules.hasTailLossProbe ? 1 : 0));
    return Math.min((rttMs + this.#rules.leastRtoMs) * 2 ** doublings, LONGEST_MS);
  }

  /** A request was not acknowledged in time: whether the client sends it again. */
  resendsRequest(client: number, resends: number): boolean {
    if (this.#states[client] !== STATE.connected || this.#resends[client] !== resends) return false;
    if (resends >= MOST_DATA_RESENDS) {
      this.#end(client, STATE.timedOut);
      return false;
    }
    this.#resends[client] = resends + 1;
    return true;
  }

  get #linearTimeouts(): number {
    return this.#rules.linearTimeoutsDefault === 0 ? 0 : this.#sysctls.synLinearTimeouts;
  }

  /** How all of them stand. */
  outcomes(): StormOutcomes {
    const counts = new Array<number>(STATE.gaveUpConnected + 1).fill(0);
    for (const state of this.#states) counts[state] = (counts[state] ?? 0) + 1;
    const of = (state: number) => counts[state] ?? 0;
    const [served, reset, timedOut] = [of(STATE.served), of(STATE.reset), of(STATE.timedOut)];
    const gaveUp = of(STATE.gaveUp) + of(STATE.gaveUpConnected);
    const waiting = this.#states.length - served - reset - timedOut - gaveUp;
    return { served, reset, timedOut, gaveUp, waiting };
  }
}
