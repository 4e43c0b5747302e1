/**
 * From what was seen around and during a watch to the answer: facts, findings, verdict.
 *
 * @module
 */
import { UsageError } from "../../errors.ts";
import type { Finding } from "../../findings/finding.ts";
import { findForListener, findForNamespace } from "../../findings/live/detect.ts";
import type { ElsewhereFacts } from "../../findings/live/elsewhere.ts";
import type { LiveFacts } from "../../findings/live/facts.ts";
import { notTheQueue } from "../../findings/live/not-the-queue.ts";
import { listenerDocument, type ObservedListener, type Snapshot } from "../snapshot-document.ts";
import type { Around } from "./look-around.ts";
import type { NamespaceWatch } from "./namespace-watch.ts";
import { endOwnerWatch } from "./read-owner.ts";
import { chooseVerdict, hasHappened } from "./verdict.ts";
import { describeWaiting, type WaitingLook, waitingRows } from "./waiting-clients.ts";
import type { WatchedListener, WhyDocument } from "./why-document.ts";

/** What was seen before, during and after a watch. */
export interface Watched {
  readonly begin: Around;
  readonly end: Around;
  /** By namespace. */
  readonly watches: ReadonlyMap<number, NamespaceWatch>;
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
  const found = facts.map((one) => findAll(one, seen));
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
    findings: namespaceFindings(snapshot),
  };
}

function findAll(facts: LiveFacts, seen: Watched): Finding[] {
  const findings = findForListener(facts);
  if (hasHappened(findings)) return findings;
  const negative = notTheQueue(facts, elsewhereFacts(facts.listener.namespace, seen));
  return negative === null ? findings : [...findings, negative];
}

function describe(
  listener: ObservedListener,
  facts: LiveFacts | undefined,
  findings: readonly Finding[],
): WatchedListener {
  const { window = null, waiting = null, owner = null } = facts ?? {};
  return { ...listenerDocument({ ...listener, findings }), window, waiting, owner };
}

function factsOf(listener: ObservedListener, { begin, end, watches }: Watched): LiveFacts {
  const { namespaces, listeners } = end.snapshot;
  const namespace = namespaces.find(({ inode }) => inode === listener.namespace);
  if (namespace === undefined) throw new Error(`listener of an unknown namespace ${listener.namespace}`);
  const members = listeners.filter(
    (other) => other === listener || (other.group !== null && isSameGroup(other, listener)),
  );
  const owner = begin.owners.get(listener.cookie);
  return {
    listener,
    namespace,
    members,
    hiddenProcesses: end.hiddenProcesses,
    window: watches.get(listener.namespace)?.windowOf(listener.cookie) ?? null,
    waiting: waitingOf(listener, begin, end),
    owner: owner === undefined ? null : endOwnerWatch(owner),
  };
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

function waitingLook(
  { namespace, cookie }: ObservedListener,
  { snapshot, untaken, rows }: Around,
): WaitingLook | null {
  const listeners = rows.get(namespace) ?? [];
  const index = listeners.findIndex((listener) => listener.cookie === cookie);
  const waiting = waitingRows(untaken.get(namespace) ?? [], listeners, index);
  const then = snapshot.listeners.find((listener) => listener.cookie === cookie);
  return waiting === null || then === undefined ? null : { rows: waiting, length: then.acceptQueue.length };
}

function elsewhereFacts(namespace: number, { begin, end, watches }: Watched): ElsewhereFacts {
  const { count, max, drops } = end.conntrack;
  const before = begin.conntrack.drops;
  return {
    counters: watches.get(namespace)?.counterRises() ?? {},
    conntrack: count === null || max === null ? null : { count, max },
    conntrackDrops: before === null || drops === null ? null : drops - before,
  };
}

function namespaceFindings({ namespaces, listeners }: Snapshot): Finding[] {
  const own = namespaces.find(({ self }) => self) ?? null;
  return namespaces.flatMap((namespace) =>
    findForNamespace({
      namespace,
      own,
      listeners: listeners.filter((listener) => listener.namespace === namespace.inode),
    }),
  );
}
