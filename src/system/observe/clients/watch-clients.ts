/**
 * Looks at this machine's own connections again and again, and says how fast they become stuck.
 *
 * @module
 */
import { setTimeout as sleep } from "node:timers/promises";
import { ClientRates } from "../../../core/listener/clients/client-rates.ts";
import { type ClientsAnswer, type ClientsRequest, lookAtClients } from "./stuck-clients.ts";

const LOOK_EVERY_MS = 500;
/** Looks take this share of a core at most. */
const MOST_SHARE = 0.05;

/**
 * Watches for a while; less if aborted.
 *
 * @throws {NotSupportedError} when the kernel does not answer sock_diag, or a namespace asked for may not be entered
 */
export async function watchClients(
  request: ClientsRequest,
  durationMs: number,
  signal: AbortSignal,
): Promise<ClientsAnswer> {
  const rates = new ClientRates();
  const beganMs = performance.now();
  for (let looks = 1; ; looks += 1) {
    const startedMs = performance.now();
    const answer = lookAtClients(request);
    rates.add(answer.document);
    const endedMs = performance.now();
    const watchedMs = endedMs - beganMs;
    // One look tells no rate, however long it took.
    if (signal.aborted || (looks > 1 && watchedMs >= durationMs)) {
      const watch = { watchedMs: Math.round(watchedMs), looks, rates: rates.rates() };
      return { ...answer, document: { ...answer.document, watch } };
    }
    const pauseMs = Math.max(LOOK_EVERY_MS, (endedMs - startedMs) / MOST_SHARE);
    await pause(Math.min(pauseMs, durationMs - watchedMs), signal);
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(Math.max(0, ms), undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
