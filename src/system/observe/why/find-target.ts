/**
 * From what the user names, a process or nothing at all, to the one listener to watch: the worst of those that fit.
 *
 * @module
 */
import { setTimeout as sleep } from "node:timers/promises";
import { UsageError } from "../../../core/errors.ts";
import type { ObservedListener } from "../../../core/listener/snapshot/snapshot-document.ts";
import type { NamespaceScope } from "../namespace-scope.ts";
import { selectListeners } from "../select-listeners.ts";
import { takeSnapshot } from "../snapshot.ts";

/** A listener, as people name it. */
export type WhyTarget =
  | { readonly kind: "port"; readonly port: number }
  | { readonly kind: "unix"; readonly path: string }
  | { readonly kind: "process"; readonly name: string }
  | { readonly kind: "worst" };

/** What can be watched. */
export type WatchTarget = Extract<WhyTarget, { kind: "port" | "unix" }>;

/** The one that was chosen, and of how many. */
export interface ChosenTarget {
  readonly target: WatchTarget;
  readonly of: number;
}

/** Between the two looks that tell which counters rise. */
const LOOKS_APART_MS = 400;

/**
 * Chooses. Of several it is the one that drops packets, then the fullest, then the one that has dropped most.
 *
 * @throws {UsageError} when nobody listens, or no process of that name does
 */
export async function findTarget(
  wanted: WhyTarget,
  netns: NamespaceScope,
  signal: AbortSignal,
): Promise<ChosenTarget> {
  if (wanted.kind === "port" || wanted.kind === "unix") return { target: wanted, of: 1 };
  const before = candidates(wanted, netns);
  if (before.length > 1) await sleep(LOOKS_APART_MS, undefined, { signal }).catch(() => {});
  const drops = new Map(before.map(({ cookie, drops: known }) => [cookie, known ?? 0]));
  const now = before.length > 1 ? candidates(wanted, netns) : before;
  const rise = (one: ObservedListener): number =>
    (one.drops ?? 0) - (drops.get(one.cookie) ?? one.drops ?? 0);
  const [worst] = [...now].sort(
    (a, b) => rise(b) - rise(a) || fill(b) - fill(a) || (b.drops ?? 0) - (a.drops ?? 0),
  );
  if (worst === undefined) throw nobody(wanted);
  return { target: targetOf(worst), of: now.length };
}

function candidates(wanted: WhyTarget, netns: NamespaceScope): ObservedListener[] {
  const process = wanted.kind === "process" ? wanted.name : undefined;
  const { snapshot } = takeSnapshot({ netns, unix: true, process });
  const { listeners } = selectListeners(snapshot, { process });
  return listeners.filter(({ port, path }) => port !== null || path !== null);
}

function fill({ acceptQueue: { length, capacity } }: ObservedListener): number {
  return length / capacity;
}

function targetOf({ port, path }: ObservedListener): WatchTarget {
  return port === null ? { kind: "unix", path: path ?? "" } : { kind: "port", port };
}

function nobody(wanted: WhyTarget): UsageError {
  return wanted.kind === "process"
    ? new UsageError(
        `no process ${wanted.name} that can be seen here listens: listenq ls --unix lists who does`,
      )
    : new UsageError(
        "nobody listens in this namespace; sudo listenq why --netns all looks into containers too",
      );
}
