/**
 * From what was seen around and during a watch to the answer: facts, findings, verdict.
 *
 * @module
 */
import { UsageError } from "../../../core/errors.ts";
import type { Finding } from "../../../core/finding.ts";
import { chooseVerdict, hasHappened } from "../../../core/findings/choose-verdict.ts";
import { findForListener } from "../../../core/findings/detect.ts";
import { findInNamespaces } from "../../../core/findings/find-in-snapshot.ts";
import type { ElsewhereFacts } from "../../../core/findings/listeners/elsewhere.ts";
import { notTheQueue } from "../../../core/findings/listeners/not-the-queue.ts";
import { hasStoodStill } from "../../../core/findings/listeners/standing-still.ts";
import type { ListenerFacts, LiveFacts } from "../../../core/listener/facts.ts";
import type { MachineFacts } from "../../../core/listener/machine-facts.ts";
import {
  listenerDocument,
  type ObservedListener,
  type Snapshot,
} from "../../../core/listener/snapshot/snapshot-document.ts";
import { describeWaiting, type WaitingLook, waitingRows } from "../../../core/listener/waiting-clients.ts";
import type { WatchedListener, WhyDocument } from "../../../core/listener/why-document.ts";
import type { Around } from "./look-around.ts";
import type { NamespaceWatch } from "./namespace-watch.ts";
import { endOwnerWatch } from "./read-owner.ts";

/** What was seen before, during and after a watch. */
export interface Watched {
  readonly begin: Around;
  readonly end: Around;
  /** By namespace. */
  readonly watches: ReadonlyMap<number, NamespaceWatch>;
  readonly machine: MachineFacts;
}

/**
 * Puts the two looks around and the watch together.
 *
 * @throws {UsageError} when the listeners were opened at the very end of the watch
 */
export function answer(port: number, seen: Watched): WhyDocument {
  const { begin, end } = seen;
  const { snapshot } = end;
  const facts = snapshot.listeners.map((listener) => factsOf(listener, seen));
  const found = findAll(facts, seen);
  const verdict = chooseVerdict(found);
  if (verdict === null)
    throw new UsageError(
      `the listener on port ${port} was closed or opened anew during the watch; try again`,
    );
  return {
    takenAt: begin.snapshot.takenAt,
    kernel: snapshot.kernel,
    port,
    watchedMs: Math.round(end.atMs - begin.atMs),
    verdict: verdict.finding,
    verdictListener: verdict.listener,
    namespaces: snapshot.namespaces,
    listeners: snapshot.listeners.map((listener, at) => describe(listener, facts[at], found[at] ?? [])),
    findings: findInNamespaces(snapshot, seen.machine),
  };
}

/** The negative is about a port: it is not told of one listener while another of that namespace is in trouble. */
function findAll(facts: readonly LiveFacts[], seen: Watched): Finding[][] {
  const found = facts.map(findForListener);
  const troubled = new Set(
    facts.filter((_, at) => hasHappened(found[at] ?? [])).map(({ listener }) => listener.namespace),
  );
  return facts.map((one, at) => {
    const { namespace } = one.listener;
    const negative = troubled.has(namespace) ? null : notTheQueue(one, elsewhereFacts(one.listener, seen));
    return [...(found[at] ?? []), ...(negative === null ? [] : [negative])];
  });
}

function describe(
  listener: ObservedListener,
  facts: LiveFacts | undefined,
  findings: readonly Finding[],
): WatchedListener {
  const { window = null, waiting = null, owner = null } = facts ?? {};
  return { ...listenerDocument({ ...listener, findings }), window, waiting, owner };
}

function factsOf(listener: ObservedListener, { begin, end, watches, machine }: Watched): LiveFacts {
  const { namespaces, listeners } = end.snapshot;
  const namespace = namespaces.find(({ inode }) => inode === listener.namespace);
  if (namespace === undefined) throw new Error(`listener of an unknown namespace ${listener.namespace}`);
  const members = listeners.filter(
    (other) => other === listener || (other.group !== null && isSameGroup(other, listener)),
  );
  const owner = begin.owners.get(listener.cookie);
  const window = watches.get(listener.namespace)?.windowOf(listener.cookie) ?? null;
  const waiting = waitingOf(listener, begin, end);
  return {
    listener,
    namespace,
    members,
    hiddenProcesses: end.hiddenProcesses,
    window,
    waiting,
    owner: owner === undefined ? null : endOwnerWatch(owner, hasStoodStill({ window, waiting })),
    formerSomaxconn: formerSomaxconn(namespace, begin),
    machine,
  };
}

/** What net.core.somaxconn was when the watch began, if it is another by now. */
function formerSomaxconn({ inode, sysctls }: Snapshot["namespaces"][number], begin: Around): number[] {
  const before =
    begin.snapshot.namespaces.find((namespace) => namespace.inode === inode)?.sysctls.somaxconn ?? null;
  return before === null || before === sysctls.somaxconn ? [] : [before];
}

function isSameGroup(a: ObservedListener, b: ObservedListener): boolean {
  return a.group === b.group && a.namespace === b.namespace;
}

function waitingOf(listener: ObservedListener, begin: Around, end: Around): LiveFacts["waiting"] {
  // The connections of an MPTCP listener belong to MPTCP sockets, and have no inode either when they are taken.
  if (listener.protocol !== "tcp" || listener.group !== null) return null;
  const after = waitingLook(listener, end);
  return after === null ? null : describeWaiting(after, waitingLook(listener, begin));
}

function waitingLook({ namespace, cookie }: ObservedListener, { queues }: Around): WaitingLook | null {
  const { listeners, untaken } = queues.get(namespace) ?? { listeners: [], untaken: [] };
  const index = listeners.findIndex((listener) => listener.cookie === cookie);
  const listener = listeners[index];
  if (listener === undefined) return null;
  const waiting = waitingRows(untaken, listeners, index);
  return waiting === null ? null : { rows: waiting, length: listener.receiveQueue };
}

function elsewhereFacts(listener: ListenerFacts, { begin, end, watches }: Watched): ElsewhereFacts {
  const { namespace, port } = listener;
  const trackers = (["host", namespace] as const).flatMap((place) => {
    const tracker = end.conntrack.get(place);
    return tracker === undefined ? [] : [{ ...tracker, before: begin.conntrack.get(place)?.drops ?? null }];
  });
  const rises = trackers.flatMap(({ before, drops }) =>
    before === null || drops === null ? [] : [drops - before],
  );
  const fills = trackers.flatMap(({ count, max }) =>
    count === null || max === null ? [] : [{ count, max }],
  );
  return {
    port,
    counters: watches.get(namespace)?.counterRises() ?? {},
    conntrack: fills.sort((a, b) => b.count - a.count)[0] ?? null,
    conntrackDrops: rises.length === 0 ? null : rises.reduce((sum, rise) => sum + rise, 0),
  };
}
