/**
 * The load generator: so many requests, so many at once, each over a connection of its own, as `ab -n -c` does without
 * keep-alive. It only measures; report/load-table counts and prints.
 *
 * @module
 */
import { performance } from "node:perf_hooks";
import type { LoadRequest, LoadRun } from "../../core/report/text/load-table.ts";
import { formatEndpoint } from "../../core/wire/address.ts";
import { type ConnectionOutcome, sendOneRequest } from "./load-connection.ts";
import { encodeLoadRequest, type LoadTarget } from "./load-target.ts";

/** What to send, how often, and to whom. */
export interface LoadOptions {
  readonly target: LoadTarget;
  /** Tried in this order until one connects; all requests go to that one. */
  readonly addresses: readonly string[];
  readonly requests: number;
  readonly concurrency: number;
  /** For one request, from connect() to its end. */
  readonly timeoutMs: number;
  readonly userAgent: string;
  /** Ends the run early; requests that are under way then are left out. */
  readonly signal?: AbortSignal;
  /** Told after every request. */
  readonly onProgress?: (finished: number) => void;
}

/** Errors that say "not at this address", after which another one is tried. */
const TRY_NEXT_ADDRESS = ["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "EADDRNOTAVAIL", "EAFNOSUPPORT"];

/** Sends the requests and returns what became of them. */
export async function runLoad(options: LoadOptions): Promise<LoadRun> {
  const startedAt = new Date().toISOString();
  const start = performance.now();
  const run = new RunningLoad(options, start);
  const cancel = (): void => run.cancel();
  options.signal?.addEventListener("abort", cancel, { once: true });
  await Promise.all(Array.from({ length: options.concurrency }, () => run.work()));
  options.signal?.removeEventListener("abort", cancel);
  return {
    url: options.target.url.href,
    address: formatEndpoint(run.address, options.target.port),
    startedAt,
    concurrency: options.concurrency,
    requested: options.requests,
    durationMs: between(start, performance.now()) ?? 0,
    serverSoftware: run.serverSoftware,
    requests: run.requests.sort((a, b) => a.number - b.number),
  };
}

/** What the workers of one run share. */
class RunningLoad {
  readonly requests: LoadRequest[] = [];
  serverSoftware: string | null = null;
  readonly #options: LoadOptions;
  readonly #start: number;
  readonly #bytes: Uint8Array;
  /** One place for all: a signal with a listener for each of many requests would warn of a leak. */
  readonly #cancellations = new Set<() => void>();
  #begun = 0;
  #addressIndex = 0;
  #hasConnected: boolean = false;

  constructor(options: LoadOptions, start: number) {
    this.#options = options;
    this.#start = start;
    this.#bytes = encodeLoadRequest(options.target, options.userAgent);
  }

  /** The address in use. */
  get address(): string {
    return this.#options.addresses[this.#addressIndex] ?? "";
  }

  /** Sends one request after the other until all are begun. */
  async work(): Promise<void> {
    const { requests, signal, onProgress } = this.#options;
    while (this.#begun < requests && signal?.aborted !== true) {
      this.#begun += 1;
      const number = this.#begun;
      const outcome = await this.#send();
      if (outcome === null) return;
      this.serverSoftware ??= outcome.response.serverSoftware;
      this.requests.push(asRequest(number, outcome, this.#start));
      onProgress?.(this.requests.length);
    }
  }

  /** Calls off the requests that are under way. */
  cancel(): void {
    for (const cancel of this.#cancellations) cancel();
  }

  async #send(): Promise<ConnectionOutcome | null> {
    for (;;) {
      const tried = this.#addressIndex;
      const outcome = await sendOneRequest({
        address: this.address,
        port: this.#options.target.port,
        request: this.#bytes,
        timeoutMs: this.#options.timeoutMs,
        cancellations: this.#cancellations,
        onConnected: () => {
          this.#hasConnected = true;
        },
      });
      if (outcome === null || !this.#shouldTryAnother(outcome, tried)) return outcome;
    }
  }

  /** Moves on to the next address, unless another worker has done so since. */
  #shouldTryAnother(outcome: ConnectionOutcome, tried: number): boolean {
    if (outcome.connectedAt !== null || !TRY_NEXT_ADDRESS.includes(outcome.error ?? "")) return false;
    if (this.#addressIndex > tried) return true;
    if (this.#hasConnected || tried + 1 >= this.#options.addresses.length) return false;
    this.#addressIndex += 1;
    return true;
  }
}

function asRequest(number: number, outcome: ConnectionOutcome, runStart: number): LoadRequest {
  const { startedAt, connectedAt, sentAt, firstByteAt, endedAt, response } = outcome;
  return {
    number,
    at: between(runStart, startedAt) ?? 0,
    local: outcome.local,
    connectMs: between(startedAt, connectedAt),
    waitingMs: between(sentAt, firstByteAt),
    processingMs: between(connectedAt, endedAt),
    totalMs: between(startedAt, endedAt),
    bytes: response.bytes,
    bodyBytes: response.bodyBytes,
    status: response.status,
    failure: outcome.failure,
    error: outcome.error,
  };
}

/** Milliseconds to the microsecond, or null when one of the two instants did not come. */
function between(from: number | null, to: number | null): number | null {
  return from === null || to === null ? null : Math.round((to - from) * 1000) / 1000;
}
