/**
 * What was sent and not acknowledged, and when it is sent again: first by the tail-loss probe, then by a timeout that
 * doubles. One timer for all, as in the kernel.
 *
 * @module
 */
import { seqAdd, seqAfter, seqDiff } from "../../../wire/packet/sequence.ts";
import type { KernelRules } from "../../rules/rules.ts";
import { LEAST_TIMEOUT_TICKS } from "./least-timeout.ts";

/** What a resender works with. */
export interface ResenderDependencies {
  readonly rules: KernelRules;
  readonly now: () => number;
  readonly timer: (delayMs: number, work: () => void) => void;
  /** Between two ticks of the kernel's clock. */
  readonly tickMs: number;
  /** Payload bytes of a segment at most. */
  readonly mss: number;
  readonly count: (counter: "RetransSegs" | "TCPTimeouts") => void;
}

/** What a resender asks of its connection. */
export interface ResenderOwner {
  readonly emit: (seq: number, length: number, isFin: boolean) => void;
  readonly giveUp: () => void;
  readonly isOrphan: () => boolean;
}

interface Piece {
  readonly seq: number;
  readonly length: number;
  readonly isFin: boolean;
  /** Whether it has ever left. */
  isSent: boolean;
}

const FIRST_TIMEOUT_MS = 1000;
const LONGEST_MS = 120_000;
/** net.ipv4.tcp_retries2, and what is left of it for a connection that nobody holds. */
const MOST_RESENDS = 15;
const MOST_RESENDS_OF_ORPHAN = 8;

/** The unacknowledged bytes of one direction. */
export class Resender {
  readonly #dependencies: ResenderDependencies;
  readonly #owner: ResenderOwner;
  readonly #pieces: Piece[] = [];
  #next: number;
  #rttMs: number | null = null;
  #timeouts = 0;
  #isProbed = false;
  /** When the first of what is under way is due for its first timeout. */
  #timeoutAtMs = 0;
  /** Names the timer that counts; an older one does nothing when it fires. */
  #timer = 0;

  constructor(first: number, dependencies: ResenderDependencies, owner: ResenderOwner) {
    this.#next = first;
    this.#dependencies = dependencies;
    this.#owner = owner;
  }

  /** The sequence number of the next byte. */
  get next(): number {
    return this.#next;
  }

  /** Sequence numbers that are not acknowledged. */
  get outstanding(): number {
    const [first] = this.#pieces;
    return first === undefined ? 0 : seqDiff(this.#next, first.seq);
  }

  /** The handshake's round trip. */
  measured(rttMs: number): void {
    this.#rttMs = rttMs;
  }

  send(length: number, isFin: boolean): void {
    const isSent = this.#timeouts === 0 || this.#passesWindow(length, isFin);
    const piece = { seq: this.#next, length, isFin, isSent };
    this.#next = seqAdd(this.#next, length + (isFin ? 1 : 0));
    this.#pieces.push(piece);
    if (isSent) this.#owner.emit(piece.seq, length, isFin);
    if (this.#pieces.length === 1) this.#armFirst();
    else if (this.#timeouts === 0 && this.#probes && !this.#isProbed) this.#armProbe();
  }

  /**
   * After a timeout only what was lost is under way: the rest waits until that is acknowledged. A FIN by itself once did not.
   *
   * @kernel net/ipv4/tcp_output.c tcp_cwnd_test() v6.1
   */
  #passesWindow(length: number, isFin: boolean): boolean {
    const isBare = isFin && length === 0 && this.#pieces.every((piece) => piece.isSent);
    return isBare && !this.#dependencies.rules.finWaitsForWindow;
  }

  /** Keeps bytes that a SYN carries, or will be sent after it. */
  hold(length: number): void {
    this.#pieces.push({ seq: this.#next, length, isFin: false, isSent: true });
    this.#next = seqAdd(this.#next, length);
  }

  /** The handshake is complete at this end: what the SYN+ACK did not acknowledge is sent; true if there was anything. */
  afterSyn(ack: number): boolean {
    if (this.#pieces.length === 0) return false;
    this.acknowledged(ack);
    const [first] = this.#pieces;
    if (first === undefined) return false;
    this.#owner.emit(first.seq, first.length, first.isFin);
    // It has been sent once, with the SYN: what is sent again is not probed for.
    this.#isProbed = true;
    this.#arm(this.#timeoutMs(), () => this.#onTimeout());
    return true;
  }

  /** Takes an acknowledgement; true when it covers a FIN. */
  acknowledged(ack: number): boolean {
    let hasFin = false;
    let isNews = false;
    for (let [first] = this.#pieces; first !== undefined; [first] = this.#pieces) {
      if (seqAfter(seqAdd(first.seq, first.length + (first.isFin ? 1 : 0)), ack)) break;
      this.#pieces.shift();
      isNews = true;
      hasFin ||= first.isFin;
    }
    if (!isNews) return hasFin;
    const wasLost = this.#timeouts > 0;
    this.stop();
    if (this.#pieces.length === 0) return hasFin;
    if (wasLost) this.#resendLost();
    this.#arm(this.#timeoutMs(), () => this.#onTimeout());
    return hasFin;
  }

  stop(): void {
    this.#timer += 1;
    this.#timeouts = 0;
    this.#isProbed = false;
  }

  get #probes(): boolean {
    return this.#dependencies.rules.hasTailLossProbe && this.#rttMs !== null;
  }

  #armFirst(): void {
    this.#timeoutAtMs = this.#dependencies.now() + this.#timeoutMs();
    if (this.#probes) this.#armProbe();
    else this.#arm(this.#timeoutMs(), () => this.#onTimeout());
  }

  /** Each segment that is sent puts the probe off, but not beyond the timeout. @kernel net/ipv4/tcp_output.c tcp_schedule_loss_probe() v6.18 */
  #armProbe(): void {
    const { rules, tickMs, now } = this.#dependencies;
    const beyondMs = this.#pieces.length === 1 ? rules.leastRtoMs : LEAST_TIMEOUT_TICKS * tickMs;
    this.#arm(Math.min(2 * (this.#rttMs ?? 0) + beyondMs, this.#timeoutAtMs - now()), () => {
      this.#isProbed = true;
      this.#resend(this.#pieces.at(-1));
      this.#arm(this.#timeoutMs(), () => this.#onTimeout());
    });
  }

  /** @kernel net/ipv4/tcp_timer.c tcp_retransmit_timer() v6.18 */
  #onTimeout(): void {
    const most = this.#owner.isOrphan() ? MOST_RESENDS_OF_ORPHAN : MOST_RESENDS;
    if (this.#timeouts >= most) {
      this.#owner.giveUp();
      return;
    }
    this.#dependencies.count("TCPTimeouts");
    this.#resendLost();
    this.#timeouts += 1;
    this.#arm(Math.min(this.#timeoutMs() * 2 ** this.#timeouts, LONGEST_MS), () => this.#onTimeout());
  }

  #resendLost(): void {
    this.#collapse();
    this.#resend(this.#pieces[0]);
  }

  /** What was sent in small pieces goes again as one, with the FIN. @kernel net/ipv4/tcp_output.c tcp_retrans_try_collapse() v6.18 */
  #collapse(): void {
    for (let [first, second] = this.#pieces; second?.isSent === true; [first, second] = this.#pieces) {
      if (first === undefined || !first.isSent || first.length + second.length > this.#dependencies.mss)
        return;
      this.#pieces.splice(0, 2, { ...second, seq: first.seq, length: first.length + second.length });
    }
  }

  #resend(piece: Piece | undefined): void {
    if (piece === undefined) return;
    if (piece.isSent) this.#dependencies.count("RetransSegs");
    piece.isSent = true;
    this.#owner.emit(piece.seq, piece.length, piece.isFin);
  }

  /** After one measurement the round trip is thought to vary by half of it, and four times that is waited for. @kernel net/ipv4/tcp_input.c tcp_rtt_estimator() v6.18 */
  #timeoutMs(): number {
    const rttMs = this.#rttMs;
    return rttMs === null
      ? FIRST_TIMEOUT_MS
      : rttMs + Math.max(2 * rttMs, this.#dependencies.rules.leastRtoMs);
  }

  #arm(delayMs: number, work: () => void): void {
    this.#timer += 1;
    const timer = this.#timer;
    this.#dependencies.timer(delayMs, () => {
      if (timer === this.#timer) work();
    });
  }
}
