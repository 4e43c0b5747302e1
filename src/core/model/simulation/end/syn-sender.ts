/**
 * A client's SYN: sent, and sent again until somebody answers or the kernel gives up. What an answer means is the
 * connection's.
 *
 * @module
 */

import type { FastOpenOption } from "../../host/model-segment.ts";
import type { ModelSysctls } from "../../rules/model-sysctls.ts";
import type { KernelRules } from "../../rules/rules.ts";
import { LEAST_TIMEOUT_TICKS } from "./least-timeout.ts";

/** What a SYN carries beyond its flag: a Fast Open option, and payload. */
export interface SynCargo {
  readonly option: FastOpenOption;
  readonly bytes: number;
}

/** What a SYN sender works with. */
export interface SynDependencies {
  readonly rules: KernelRules;
  readonly now: () => number;
  readonly timer: (delayMs: number, work: () => void) => void;
  /** Between two ticks of the kernel's clock. */
  readonly tickMs: number;
  readonly count: (counter: "RetransSegs" | "TCPSynRetrans" | "TCPTimeouts") => void;
  /** Of its host, as they stand. */
  readonly sysctls: Readonly<ModelSysctls>;
}

/** What it asks of its connection. */
export interface SynOwner {
  readonly emit: (cargo: SynCargo | null) => void;
  readonly isWaiting: () => boolean;
  readonly giveUp: () => void;
}

const LONGEST_MS = 120_000;

/** The SYNs of one connect(). */
export class SynSender {
  readonly #dependencies: SynDependencies;
  readonly #owner: SynOwner;
  #firstAtMs = 0;
  #lastAtMs = 0;
  #resends = 0;
  /** Names the timer that counts; an older one does nothing when it fires. */
  #timer = 0;

  constructor(dependencies: SynDependencies, owner: SynOwner) {
    this.#dependencies = dependencies;
    this.#owner = owner;
  }

  /** When the SYN was last sent: the round trip is measured from there. */
  get lastAtMs(): number {
    return this.#lastAtMs;
  }

  /** Sends the first. Only that one has a cargo. */
  start(cargo: SynCargo | null): void {
    this.#firstAtMs = this.#dependencies.now();
    this.#send(cargo);
  }

  #send(cargo: SynCargo | null): void {
    const { rules, now } = this.#dependencies;
    this.#lastAtMs = now();
    this.#owner.emit(cargo);
    const doublings = Math.max(0, this.#resends - this.#linearTimeouts);
    this.#arm(Math.min(rules.firstTimeoutMs * 2 ** doublings, LONGEST_MS));
  }

  /**
   * Somebody acknowledged what was never sent. The reset that answers it removes what was in the way, so the SYN need not wait.
   *
   * @kernel net/ipv4/tcp_input.c tcp_rcv_synsent_state_process() v6.18
   */
  answeredWrongly(): void {
    const { rules, tickMs } = this.#dependencies;
    if (rules.hurriesSynAfterWrongAck && this.#resends === 0) this.#arm(LEAST_TIMEOUT_TICKS * tickMs);
  }

  #arm(delayMs: number): void {
    this.#timer += 1;
    const timer = this.#timer;
    this.#dependencies.timer(delayMs, () => {
      if (timer === this.#timer) this.#onTimeout();
    });
  }

  /** @kernel net/ipv4/tcp_timer.c tcp_retransmit_timer() v6.18 */
  #onTimeout(): void {
    if (!this.#owner.isWaiting()) return;
    this.#dependencies.count("TCPTimeouts");
    if (this.#isExpired()) {
      this.#owner.giveUp();
      return;
    }
    this.#resends += 1;
    this.#dependencies.count("RetransSegs");
    this.#dependencies.count("TCPSynRetrans");
    this.#send(null);
  }

  /** Enough resends, or as much time as doubling ones would have taken: either ends it. @kernel net/ipv4/tcp_timer.c tcp_write_timeout() v6.18 */
  #isExpired(): boolean {
    const { rules, sysctls, now } = this.#dependencies;
    const { synRetries } = sysctls;
    if (this.#resends >= synRetries + this.#linearTimeouts) return true;
    if (this.#resends === 0) return false;
    return now() - this.#firstAtMs >= patienceMs(synRetries, rules.firstTimeoutMs);
  }

  get #linearTimeouts(): number {
    return this.#dependencies.rules.linearTimeoutsDefault === 0
      ? 0
      : this.#dependencies.sysctls.synLinearTimeouts;
  }
}

/** How long so many doubling resends take. @kernel net/ipv4/tcp_timer.c tcp_model_timeout() v6.18 */
export function patienceMs(retries: number, firstTimeoutMs: number): number {
  const mostDoublings = Math.floor(Math.log2(LONGEST_MS / firstTimeoutMs));
  const doublings = Math.min(retries, mostDoublings);
  return (2 * 2 ** doublings - 1) * firstTimeoutMs + (retries - doublings) * LONGEST_MS;
}
