/**
 * What this machine's own kernel said about one port at each moment of the last two minutes. A capture has only packets; live
 * the counters stand beside them: how many packets a full accept queue refused since a client began, whether a reset was its
 * doing, and the listener's limit. Pure: readings come in with their time in milliseconds.
 *
 * @module
 */

import type { ListenerSample, Sample } from "../../listener/sample/sample.ts";
import type { ResetCause } from "../follow/connection.ts";
import type { KernelFacts } from "../follow/followed-listener.ts";

/** A client gives up after about two minutes. */
const KEPT_MS = 130_000;
/** The kernel counts a refusal and sends the reset after it: a reading so shortly before may have counted it already. */
const COUNTED_BEFORE_MS = 20;

type Listener = Pick<
  ListenerSample,
  "cookie" | "family" | "v6only" | "address" | "acceptQueue" | "drops" | "dropsSinceStart"
>;

/** One look at the kernel. */
export interface KernelReading {
  /** When it began. */
  readonly at: number;
  /** ListenOverflows of the namespace; null where this kernel has no such counter. */
  readonly overflows: number | null;
  readonly abortOnOverflow: boolean | null;
  /** The listeners on the port, in this namespace. */
  readonly listeners: readonly Listener[];
}

/** What a sample of this namespace says of a port; `at` is when it began. */
export function readingOf({ namespaces, listeners }: Sample, port: number, at: number): KernelReading {
  const [namespace] = namespaces;
  const abort = namespace?.sysctls.tcp_abort_on_overflow ?? null;
  return {
    at,
    overflows: namespace?.counters["ListenOverflows"] ?? null,
    abortOnOverflow: abort === null ? null : abort !== 0,
    listeners: listeners.filter((listener) => listener.port === port),
  };
}

/** What the counters rose by, of intervals in which a listener on the port dropped something and its queue was full. */
export interface OverflowRise {
  /** Of ListenOverflows, the namespace's: packets that a full accept queue refused. */
  readonly overflows: number;
  /** Of the port's own counters (`d` of `ss -m`); null before Linux 4.7. */
  readonly drops: number | null;
}

/** Readings, oldest first. */
export class KernelHistory {
  readonly #readings: KernelReading[] = [];
  #overflowed: OverflowRise = { overflows: 0, drops: 0 };

  /** Since the first reading. */
  get overflowed(): OverflowRise {
    return this.#overflowed;
  }

  /** A reading, no earlier than the one before. */
  add(reading: KernelReading): void {
    const before = this.#readings.at(-1);
    if (before !== undefined) this.#addRise(before, reading);
    this.#readings.push(reading);
    while ((this.#readings[0]?.at ?? reading.at) < reading.at - KEPT_MS) this.#readings.shift();
  }

  #addRise(before: KernelReading, reading: KernelReading): void {
    const overflows = riseOf(before.overflows, reading.overflows) ?? 0;
    if (overflows === 0 || !hasDropped(before, reading)) return;
    const drops = dropsRise(before, reading);
    const sum = this.#overflowed;
    this.#overflowed = {
      overflows: sum.overflows + overflows,
      drops: sum.drops === null || drops === null ? null : sum.drops + drops,
    };
  }

  /** By how much ListenOverflows rose since the last reading before a moment, or since the first one; null without any. */
  riseSince(at: number): number | null {
    const before = this.#readings.findLast((reading) => reading.at <= at) ?? this.#readings[0];
    return riseOf(before?.overflows, this.#readings.at(-1)?.overflows);
  }

  /** Whether a full queue of this port sent a reset at a moment; null where the listener is not here, or no readings frame it. */
  resetCause(at: number): ResetCause {
    const before = this.#readings.findLast((reading) => reading.at <= at - COUNTED_BEFORE_MS);
    const after = this.#readings.find((reading) => reading.at >= at);
    if (before === undefined || after === undefined) return null;
    if (before.listeners.length === 0 || before.abortOnOverflow === null) return null;
    if (!before.abortOnOverflow && after.abortOnOverflow === false) return "other";
    return riseOf(before.overflows, after.overflows) !== 0 && hasDropped(before, after)
      ? "overflow"
      : "other";
  }

  /** What the kernel keeps of the listener behind an address, as last read; null where it is not here. */
  factsOf(address: string, ipVersion: 4 | 6): KernelFacts | null {
    const last = this.#readings.findLast((reading) => reading.listeners.length > 0);
    if (last === undefined) return null;
    const { listeners, abortOnOverflow } = last;
    const exact = listeners.filter((one) => one.address === address);
    const wild = listeners.filter((one) => takesAny(one, ipVersion));
    const limits = (exact.length > 0 ? exact : wild).map(({ acceptQueue }) => acceptQueue.limit);
    if (limits.length === 0) return null;
    return { leastLimit: Math.min(...limits), mostLimit: Math.max(...limits), abortOnOverflow };
  }
}

function riseOf(before: number | null | undefined, after: number | null | undefined): number | null {
  return typeof before === "number" && typeof after === "number" ? after - before : null;
}

/** Whether a listener that was there all the time dropped something; without such a counter (before Linux 4.7) it may have. */
function hasDropped(before: KernelReading, after: KernelReading): boolean {
  return after.listeners.some((now) => {
    const then = before.listeners.find(({ cookie }) => cookie === now.cookie);
    if (then === undefined) return false;
    return now.drops === null || now.dropsSinceStart !== then.dropsSinceStart;
  });
}

/** Of those that were there all the time; null where the kernel does not count. */
function dropsRise(before: KernelReading, after: KernelReading): number | null {
  return after.listeners.reduce<number | null>((sum, now) => {
    const then = before.listeners.find(({ cookie }) => cookie === now.cookie);
    if (then === undefined || sum === null) return sum;
    return now.drops === null ? null : sum + now.dropsSinceStart - then.dropsSinceStart;
  }, 0);
}

function takesAny({ address, family, v6only }: Listener, ipVersion: 4 | 6): boolean {
  if (ipVersion === 4 && address === "0.0.0.0") return true;
  return family === "ipv6" && address === "::" && (ipVersion === 6 || v6only !== true);
}
