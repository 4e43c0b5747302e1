/**
 * The answer for one AF_UNIX listener. It has no drop counter, no requests, and no rows of those who wait: its length over time
 * and its holder tell all there is.
 *
 * @module
 */
import { setTimeout as sleep } from "node:timers/promises";
import { UsageError } from "../../../core/errors.ts";
import { findForPort } from "../../../core/findings/find-for-port.ts";
import { hasStoodStill } from "../../../core/findings/listeners/standing-still.ts";
import type { LiveFacts } from "../../../core/listener/facts.ts";
import {
  listenerDocument,
  type ObservedListener,
  type Snapshot,
} from "../../../core/listener/snapshot/snapshot-document.ts";
import { SampleWindow, sampleKey } from "../../../core/listener/window/sample-window.ts";
import { findSocketHolders } from "../../linux/proc/processes.ts";
import type { NamespaceScope } from "../namespace-scope.ts";
import { readMachine } from "../read-machine.ts";
import { ListenerSampler } from "../sampler/listener-sampler.ts";
import { type SnapshotResult, takeSnapshot } from "../snapshot.ts";
import { beginOwnerWatch, endOwnerWatch, type OwnerWatch } from "./read-owner.ts";
import type { WhyResult } from "./why.ts";

/** What is asked. */
export interface WhyUnixRequest {
  /** An abstract name begins with `@`. */
  readonly path: string;
  readonly durationMs: number;
  readonly netns: NamespaceScope;
  readonly signal: AbortSignal;
}

const SAMPLE_EVERY_MS = 100;

/**
 * Watches the listeners on a path.
 *
 * @throws {UsageError} when nobody listens there
 * @throws {NotSupportedError} where the kernel has no unix_diag
 */
export async function whyUnix(request: WhyUnixRequest): Promise<WhyResult> {
  const { path, netns } = request;
  const begin = takeSnapshot({ netns, unix: true });
  const beginMs = performance.now();
  const listeners = onPath(begin.snapshot, path);
  if (listeners.length === 0)
    throw new UsageError(
      `nobody listens on ${path}: connect() fails with "connection refused" or "no such file"`,
    );
  const { holders } = findSocketHolders(new Set(listeners.map(({ inode }) => inode)), { all: true });
  const owners = new Map(
    listeners.map((one) => [one.cookie, beginOwnerWatch(holders.get(one.inode) ?? [])] as const),
  );
  const window = await sample(request);
  const end = takeSnapshot({ netns, unix: true });
  const watchedMs = Math.round(performance.now() - beginMs);
  return describe(request, { begin, end, owners, window, watchedMs });
}

async function sample({ durationMs, netns, signal }: WhyUnixRequest): Promise<SampleWindow> {
  const sampler = new ListenerSampler({ netns, unix: true, owners: "none" });
  const window = new SampleWindow();
  const untilMs = performance.now() + durationMs;
  try {
    window.add(sampler.sample());
    while (performance.now() < untilMs && !signal.aborted) {
      await sleep(Math.min(SAMPLE_EVERY_MS, untilMs - performance.now()), undefined, { signal }).catch(
        () => {},
      );
      window.add(sampler.sample());
    }
    return window;
  } finally {
    sampler.close();
  }
}

interface SeenUnix {
  readonly begin: SnapshotResult;
  readonly end: SnapshotResult;
  readonly owners: ReadonlyMap<bigint, OwnerWatch>;
  readonly window: SampleWindow;
  readonly watchedMs: number;
}

function describe({ path }: WhyUnixRequest, seen: SeenUnix): WhyResult {
  const { begin, end, watchedMs } = seen;
  const last = onPath(end.snapshot, path).length > 0 ? end : begin;
  const listeners = onPath(last.snapshot, path);
  const facts = listeners.map((listener) => factsOf(listener, last, seen));
  const nothing = { port: null, limitedReach: null, counters: {}, conntrack: null, conntrackDrops: null };
  const { findings, verdict } = findForPort(facts, () => nothing);
  if (verdict === null)
    throw new UsageError(`the listener on ${path} was opened anew during the watch; try again`);
  const document = {
    takenAt: begin.snapshot.takenAt,
    kernel: begin.snapshot.kernel,
    port: null,
    path,
    watchedMs,
    verdict: verdict.finding,
    verdictListener: verdict.listener,
    kernelWord: null,
    namespaces: last.snapshot.namespaces,
    listeners: listeners.map((listener, at) => ({
      ...listenerDocument({ ...listener, findings: findings[at] ?? [] }),
      window: facts[at]?.window ?? null,
      waiting: null,
      owner: facts[at]?.owner ?? null,
      course: null,
    })),
    findings: [],
  };
  return { document, hiddenProcesses: begin.hiddenProcesses, unseen: begin.unseen };
}

function factsOf(
  listener: ObservedListener,
  last: SnapshotResult,
  { owners, window: samples }: SeenUnix,
): LiveFacts {
  const namespace = last.snapshot.namespaces.find(({ inode }) => inode === listener.namespace);
  if (namespace === undefined) throw new Error(`listener of an unknown namespace ${listener.namespace}`);
  const key = sampleKey({ namespace: listener.namespace, cookie: listener.cookie.toString(16) });
  const window = samples.facts().get(key)?.window ?? null;
  const owner = owners.get(listener.cookie);
  return {
    listener,
    namespace,
    members: [listener],
    hiddenProcesses: last.hiddenProcesses,
    window,
    waiting: null,
    owner: owner === undefined ? null : endOwnerWatch(owner, hasStoodStill({ window, waiting: null })),
    machine: readMachine(),
  };
}

function onPath({ listeners }: Snapshot, path: string): ObservedListener[] {
  return listeners.filter((listener) => listener.path === path);
}
