/**
 * When the kernel may let a pending timer of the model fire.
 *
 * @module
 */
import type { Request, ServerHost, TimerRef } from "../../../model/index.ts";
import { EARLY_MS, latenessMs } from "./tolerance.ts";

/** How often an old kernel sweeps a listener. */
const SWEEP_MS = 200;

/** A timer and the time in which the kernel may let it fire. */
export interface Window {
  readonly timer: TimerRef;
  /** Whose timer it is; null for an old kernel's sweep. */
  readonly request: Readonly<Request> | null;
  readonly timeoutMs: number;
  readonly opensMs: number;
  readonly closesMs: number;
}

/** The pending timers of a host. `slackOf` says by how much a peer's timer may be later still, in ms. */
export function windowsOf(host: ServerHost, slackOf: (peer: string) => number): Window[] {
  const requests = new Map(host.requests().map((request) => [request.peer, request]));
  return host.timers().map((timer) => {
    const request = requests.get(timer.peer ?? "") ?? null;
    const timeoutMs = request === null ? SWEEP_MS : host.rules.firstTimeoutMs * 2 ** request.numTimeout;
    const closesMs = timer.dueMs + latenessMs(timeoutMs) + slackOf(String(timer.peer));
    return { timer, request, timeoutMs, opensMs: timer.dueMs - EARLY_MS, closesMs };
  });
}
