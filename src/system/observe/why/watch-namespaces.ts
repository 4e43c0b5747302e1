/**
 * Looks at namespaces again and again for a while. What is seen is collected by namespace-watch.ts.
 *
 * @module
 */
import { setTimeout as sleep } from "node:timers/promises";
import { synQueueLengths } from "../../../core/listener/syn-queue-lengths.ts";
import type { InetDiagSocket } from "../../../core/wire/netlink/inet-diag-message.ts";
import { ELSEWHERE_COUNTERS, QUEUE_COUNTERS } from "../../linux/proc/counters.ts";
import type { NamespaceEye } from "../namespace-eye.ts";
import type { SeenNamespace } from "../namespace-scope.ts";
import { NamespaceWatch } from "./namespace-watch.ts";

const FAMILIES = ["ipv4", "ipv6"] as const;
const LOOK_EVERY_MS = 20;
/** A dump of requests takes locks that connection set-up needs, and walks the machine's whole table. */
const REQUESTS_EVERY_MS = 100;

/** What to watch. */
export interface WatchRequest {
  readonly port: number;
  readonly durationMs: number;
  readonly signal: AbortSignal;
}

/** Watches all of these at once; ends early, without failing, when aborted. */
export async function watchNamespaces(
  namespaces: readonly SeenNamespace[],
  request: WatchRequest,
): Promise<Map<number, NamespaceWatch>> {
  const watches = new Map(namespaces.map(({ inode }) => [inode, new NamespaceWatch()]));
  const startMs = performance.now();
  let requestsAtMs = -Infinity;
  for (let end = false; ; ) {
    const nowMs = performance.now();
    end ||= nowMs - startMs >= request.durationMs || request.signal.aborted;
    const withRequests = end || nowMs - requestsAtMs >= REQUESTS_EVERY_MS;
    if (withRequests) requestsAtMs = nowMs;
    for (const { inode, eye } of namespaces) watches.get(inode)?.add(lookAt(eye, request.port, withRequests));
    if (end) return watches;
    await pause(Math.min(LOOK_EVERY_MS, startMs + request.durationMs - performance.now()), request.signal);
  }
}

function lookAt(
  eye: NamespaceEye,
  port: number,
  withRequests: boolean,
): Parameters<NamespaceWatch["add"]>[0] {
  const listeners = eye.diag.sockets(["LISTEN"], FAMILIES);
  return {
    atMs: performance.now(),
    listeners,
    synLengths: withRequests ? countRequests(eye, port, listeners) : null,
    counters: eye.counters([...QUEUE_COUNTERS, ...ELSEWHERE_COUNTERS]),
  };
}

function countRequests(
  eye: NamespaceEye,
  port: number,
  listeners: readonly InetDiagSocket[],
): Map<bigint, number | null> {
  const requests = eye.diag.sockets(["SYN_RECV"], FAMILIES, { skmeminfo: false, localPort: port });
  const mine = listeners.filter(({ local }) => local.port === port);
  const lengths = synQueueLengths(mine, requests);
  return new Map(mine.map(({ cookie }, index) => [cookie, lengths[index] ?? null]));
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(Math.max(0, ms), undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
