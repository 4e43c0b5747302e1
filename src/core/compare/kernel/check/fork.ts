/**
 * One permitted order of what the recording leaves open: a model with the answers that it still owes. It refuses what
 * contradicts it; orders.ts chooses which orders are tried.
 *
 * @module
 */
import {
  type Effects,
  type ModelSegment,
  type RuleName,
  type ServerHost,
  segmentOf,
} from "../../../model/index.ts";
import type { TracePacket } from "../../../trace/index.ts";
import { seqAdd } from "../../../wire/packet/sequence.ts";
import { formatTcpFlags } from "../../../wire/packet/tcp-flags.ts";
import type { Contradiction } from "./contradiction.ts";
import { describePacket, describeSegment } from "./event-words.ts";
import type { Step } from "./listing.ts";
import type { ServerEvent } from "./timeline.ts";
import { type Window, windowsOf } from "./timer-window.ts";
import { ANSWER_WITHIN_MS, CLOCKS_APART_MS, EARLY_MS } from "./tolerance.ts";

/** An answer that the model has sent and the recording must show. */
interface OwedAnswer {
  readonly at: number;
  readonly untilMs: number;
  readonly segment: ModelSegment;
}

/** An event of one kind. */
type EventOf<K extends ServerEvent["kind"]> = Extract<ServerEvent, { readonly kind: K }>;

/** A model on its way through a recording. */
export class Fork {
  readonly host: ServerHost;
  readonly rules: Map<RuleName, number>;
  /** What happened on the way, the last step first. */
  steps: Step | null;
  /** SYN+ACKs that Fast Open connections have sent again. */
  connectionResends: number;
  #owed: OwedAnswer[];
  /** Clients that were accepted: what is sent to them is no longer the listener's. */
  readonly #accepted: Set<string>;
  /** Clients whose closed connection is taken to be gone. */
  readonly #gone: Set<string>;
  /** By how much a peer's timer may be later still, because a silent firing before it had no known moment. */
  readonly #slack: Map<string, number>;
  /** By how much the next packet is taken to come later. */
  #shiftMs = 0;

  constructor(host: ServerHost, from?: Fork) {
    this.host = host;
    this.steps = from?.steps ?? null;
    this.connectionResends = from?.connectionResends ?? 0;
    this.rules = new Map(from?.rules);
    this.#owed = [...(from === undefined ? [] : from.#owed)];
    this.#accepted = new Set(from === undefined ? [] : from.#accepted);
    this.#gone = new Set(from === undefined ? [] : from.#gone);
    this.#slack = new Map(from === undefined ? [] : from.#slack);
  }

  clone(): Fork {
    return new Fork(this.host.clone(), this);
  }

  /** Tells states apart that may behave differently from now on. */
  key(): string {
    const requests = this.host
      .requests()
      .map(({ peer, numTimeout, dueMs }) => `${peer} ${numTimeout} ${dueMs}`);
    const sums = [this.#owed.length, ...Object.values(this.host.counters), this.#dropsInAll()];
    return [...requests, ...sums, ...this.#gone].join();
  }

  #dropsInAll(): number {
    return this.host.listeners().reduce((sum, { drops }) => sum + (drops ?? 0), 0);
  }

  #note(at: number, cause: Step["cause"], effects: Effects | null = null): void {
    this.steps = { at, cause, effects, before: this.steps };
  }

  /** Takes note of what an event did. */
  #take(effects: Effects, at: number, cause: Step["cause"], doneAt = at): void {
    this.#note(at, cause, effects);
    for (const name of effects.rules) this.rules.set(name, (this.rules.get(name) ?? 0) + 1);
    for (const { kind, segment } of effects.sent)
      if (kind !== "ack" && !this.#accepted.has(String(segment.to)))
        this.#owed.push({ at, untilMs: doneAt + ANSWER_WITHIN_MS, segment });
  }

  /** Takes the connection that the server has closed to be gone: the client's next packet meets the listener. */
  forget(endpoint: string, peer: string): void {
    this.host.release(endpoint, peer);
    this.#gone.add(peer);
  }

  arrive(event: EventOf<"arrival">): null {
    const { packet, at, doneAt } = event;
    this.#take(this.host.onSegment(segmentOf(packet), at + this.#shiftMs), at, event, doneAt);
    this.#shiftMs = 0;
    // A timer that it has set may have been set as late as that.
    if (doneAt - at > CLOCKS_APART_MS) this.#slack.set(packet.from, doneAt - at);
    return null;
  }

  /**
   * The kernel counts the time since the last answer in jiffies: near the limit it can be either side of it. How much later the
   * packet must be taken to be on the other side; 0 where nothing is near.
   */
  shiftAcrossRateLimit(packet: TracePacket, at: number): number {
    const request = this.host.requests().find(({ peer }) => peer === packet.from);
    if (request === undefined || request.lastOddAnswerAtMs === null) return 0;
    const leftMs = request.lastOddAnswerAtMs + this.host.sysctls.invalidRatelimitMs - at;
    if (Math.abs(leftMs) > EARLY_MS) return 0;
    return leftMs > 0 ? EARLY_MS : -EARLY_MS;
  }

  /** Takes the next packet to come so much later. */
  shiftNextArrival(laterMs: number): void {
    this.#shiftMs = laterMs;
  }

  /** An answer that was seen: owed, or sent by a timer. */
  answer(event: EventOf<"answer">): Contradiction | null {
    const { packet } = event;
    const isPaid = this.#pay(packet) || this.#isResentByConnection(packet);
    const contradiction = isPaid ? null : this.#payByTimer(packet);
    if (contradiction === null) this.#note(event.at, event);
    return contradiction;
  }

  /** A Fast Open connection sends its SYN+ACK again by itself; that is counted, and the listener has no part in it. */
  #isResentByConnection({ from, to, flags, seq }: TracePacket): boolean {
    const child = this.host.connection(from, to);
    if (flags !== "S." || child?.holdsFastOpenPlace !== true || seqAdd(seq, 1) !== child.sndNxt) return false;
    this.connectionResends += 1;
    return true;
  }

  #payByTimer(packet: TracePacket): Contradiction | null {
    const observed = describePacket(packet);
    const window = packet.flags === "S." ? this.#openWindowOf(packet) : undefined;
    if (window === undefined) return { expected: this.#owedInWords(packet.to), observed };
    this.fire(window, packet.at);
    return this.#pay(packet) ? null : { expected: `the timer of ${packet.to} to send nothing`, observed };
  }

  #openWindowOf({ to, at }: TracePacket): Window | undefined {
    return this.windows().find(
      ({ timer, opensMs, closesMs }) => timer.peer === to && at >= opensMs && at <= closesMs,
    );
  }

  #pay({ to, at, flags, seq, ack }: TracePacket): boolean {
    const place = this.#owed.findIndex(
      (one) =>
        one.segment.to === to &&
        formatTcpFlags(one.segment.flags) === flags &&
        one.segment.seq === seq &&
        (ack === null || one.segment.ack === ack) &&
        at >= one.at - CLOCKS_APART_MS &&
        at <= one.untilMs,
    );
    if (place >= 0) this.#owed.splice(place, 1);
    return place >= 0;
  }

  #owedInWords(peer: string): string {
    const owed = this.#owed
      .filter(({ segment }) => segment.to === peer)
      .map(({ segment }) => describeSegment(segment));
    const window = this.windows().find(({ timer }) => timer.peer === peer);
    if (owed.length > 0) return owed.join(" and ");
    if (window === undefined) return `nothing to ${peer}`;
    return `nothing to ${peer} before its timer, ${window.opensMs.toFixed(1)} to ${window.closesMs.toFixed(1)} ms`;
  }

  /** A timer whose time is over has fired, seen or unseen; an answer whose time is over was sent. */
  late(at: number): Contradiction | null {
    const late = this.windows().find(({ closesMs }) => closesMs < at);
    if (late === undefined) return this.#overdue(at);
    const { timer, opensMs, closesMs } = late;
    const expected = this.isVisible(late) ? "a SYN+ACK" : "the timer";
    return {
      expected: `${expected} of ${timer.peer ?? timer.listener} from ${opensMs.toFixed(1)} to ${closesMs.toFixed(1)} ms`,
      observed: "nothing in that time",
    };
  }

  /** What should have been seen by now and was not. */
  #overdue(at: number): Contradiction | null {
    const missing = this.#owed.find((one) => one.untilMs < at);
    if (missing === undefined) return null;
    return {
      expected: `${describeSegment(missing.segment)} at ${missing.at.toFixed(1)} ms`,
      observed: "no such packet",
    };
  }

  call(event: EventOf<"call">, planOf: PlanOf): Contradiction | null {
    const { call, actor, argument, remote, result } = event.call;
    if (call === "accept4") {
      const peer = this.host.accept(actor)?.peer ?? null;
      if (peer !== null) this.#accepted.add(String(peer));
      if (peer !== remote)
        return { expected: `accept() to return ${peer ?? "EAGAIN"}`, observed: String(remote ?? result) };
    } else if (call.startsWith("net.")) this.host.setSysctl(call, argument ?? 0);
    else if (call === "listen" || call === "close") {
      this.#callWithEffects(event, planOf(actor));
      return null;
    }
    this.#note(event.at, event);
    return null;
  }

  #callWithEffects(event: EventOf<"call">, plan: ListenPlan | null): void {
    const { call, actor, argument, remote } = event.call;
    if (plan === null) return;
    if (call === "listen") this.#take(this.host.listen({ ...plan, backlog: argument ?? 0 }), event.at, event);
    else if (remote === null) this.#take(this.host.close(actor), event.at, event, event.call.endedAt);
    else this.host.closeConnection(plan.endpoint, remote);
  }

  /** The pending timers with their windows. */
  windows(): Window[] {
    return windowsOf(this.host, (peer) => this.#slack.get(peer) ?? 0);
  }

  /** Fires at a known moment. */
  fire({ timer }: Window, at: number): void {
    this.#slack.delete(String(timer.peer));
    this.#take(this.host.fire(timer, at), at, timer);
  }

  /** Fires at a moment that nobody saw: as early as it may, and what comes of it may be as much later. */
  fireUnseen({ timer, closesMs }: Window): void {
    this.#take(this.host.fire(timer, timer.dueMs), timer.dueMs, timer);
    this.#slack.set(String(timer.peer), closesMs - timer.dueMs);
  }

  /** Whether the kernel would have sent something that the recording does not have. */
  isVisible({ timer }: Window): boolean {
    return this.host.clone().fire(timer, timer.dueMs).sent.length > 0;
  }
}

/** Finds what a listener was to be. */
type PlanOf = (actor: string) => ListenPlan | null;

/** What listen() needs besides the backlog. */
export interface ListenPlan {
  readonly name: string;
  readonly endpoint: string;
  readonly deferAcceptS: number;
  readonly fastOpenQueue: number;
}
