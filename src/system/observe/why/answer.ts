/**
 * From what was seen around and during a watch to the answer. What is wrong is found by core/findings.
 *
 * @module
 */
import { UsageError } from "../../../core/errors.ts";
import type { Finding } from "../../../core/finding.ts";
import { findForPort } from "../../../core/findings/find-for-port.ts";
import { findInNamespaces } from "../../../core/findings/find-in-snapshot.ts";
import type { ElsewhereFacts } from "../../../core/findings/listeners/elsewhere.ts";
import { hasStoodStill } from "../../../core/findings/listeners/standing-still.ts";
import type { ListenerFacts, ListenerWindow, LiveFacts } from "../../../core/listener/facts.ts";
import type { MachineFacts } from "../../../core/listener/machine-facts.ts";
import { limitedReach } from "../../../core/listener/reach.ts";
import {
  listenerDocument,
  type ObservedListener,
  type Snapshot,
} from "../../../core/listener/snapshot/snapshot-document.ts";
import type { KernelWord } from "../../../core/listener/victims/kernel-word.ts";
import { describeWaiting } from "../../../core/listener/waiting-clients.ts";
import { type PortLook, type WaitingLook, waitingLook } from "../../../core/listener/waiting-look.ts";
import type { WatchedListener, WhyDocument } from "../../../core/listener/why-document.ts";
import { type SampleWindow, sampleKey } from "../../../core/listener/window/sample-window.ts";
import type { CourseWatch } from "./course-watch.ts";
import type { Around } from "./look-around.ts";
import { endOwnerWatch } from "./read-owner.ts";

/** What was seen before, during and after a watch. */
export interface Watched {
  readonly begin: Around;
  /** A look shortly before the end, by namespace: who has gone at both has gone. */
  readonly earlier: ReadonlyMap<number, PortLook>;
  readonly end: Around;
  readonly window: SampleWindow;
  readonly machine: MachineFacts;
  readonly course: Pick<CourseWatch, "of">;
  readonly kernelWord: KernelWord | null;
}

/**
 * Puts the looks around and the watch together.
 *
 * @throws {UsageError} when the listeners were opened at the very end of the watch
 */
export function answer(port: number, seen: Watched): WhyDocument {
  const { begin, window } = seen;
  // Where it has closed, the look before the watch is the last one that had it.
  const end = seen.end.snapshot.listeners.length > 0 ? seen.end : { ...begin, atMs: seen.end.atMs };
  const { snapshot } = end;
  const windows = new Map([...window.facts()].map(([key, facts]) => [key, facts.window]));
  const facts = snapshot.listeners.map((listener) => factsOf(listener, { ...seen, end }, windows));
  const { findings, verdict } = findForPort(facts, (listener) => elsewhereFacts(listener, seen));
  if (verdict === null)
    throw new UsageError(
      `the listener on port ${port} was closed or opened anew during the watch; try again`,
    );
  return {
    takenAt: begin.snapshot.takenAt,
    kernel: snapshot.kernel,
    port,
    path: null,
    watchedMs: Math.round(end.atMs - begin.atMs),
    verdict: verdict.finding,
    verdictListener: verdict.listener,
    kernelWord: seen.kernelWord,
    namespaces: snapshot.namespaces,
    listeners: snapshot.listeners.map((listener, at) => describe(listener, facts[at], findings[at] ?? [])),
    findings: findInNamespaces(snapshot, seen.machine),
  };
}

function describe(
  listener: ObservedListener,
  facts: LiveFacts | undefined,
  findings: readonly Finding[],
): WatchedListener {
  const { window = null, waiting = null, owner = null, course = null } = facts ?? {};
  return { ...listenerDocument({ ...listener, findings }), window, waiting, owner, course };
}

function factsOf(
  listener: ObservedListener,
  seen: Watched,
  windows: ReadonlyMap<string, ListenerWindow | null>,
): LiveFacts {
  const { begin, end } = seen;
  const { namespaces, listeners } = end.snapshot;
  const namespace = namespaces.find(({ inode }) => inode === listener.namespace);
  if (namespace === undefined) throw new Error(`listener of an unknown namespace ${listener.namespace}`);
  const members = listeners.filter(
    (other) => other === listener || (other.group !== null && isSameGroup(other, listener)),
  );
  const owner = begin.owners.get(listener.cookie);
  const key = sampleKey({ namespace: listener.namespace, cookie: listener.cookie.toString(16) });
  const window = windows.get(key) ?? null;
  const waiting = waitingOf(listener, seen);
  return {
    listener,
    namespace,
    members,
    hiddenProcesses: end.hiddenProcesses,
    window,
    waiting,
    owner: owner === undefined ? null : endOwnerWatch(owner, hasStoodStill({ window, waiting })),
    formerSomaxconn: formerSomaxconn(namespace, begin),
    machine: seen.machine,
    course: seen.course.of(listener),
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

function waitingOf(listener: ObservedListener, { begin, earlier, end }: Watched): LiveFacts["waiting"] {
  // The connections of an MPTCP listener belong to MPTCP sockets, and have no inode either when they are taken.
  if (listener.protocol !== "tcp" || listener.group !== null) return null;
  const last = lookInto(listener, end.queues);
  if (last === null) return null;
  return describeWaiting(last, lookInto(listener, earlier), lookInto(listener, begin.queues));
}

function lookInto(
  { namespace, cookie }: ObservedListener,
  looks: ReadonlyMap<number, PortLook>,
): WaitingLook | null {
  const look = looks.get(namespace);
  return look === undefined ? null : waitingLook(look, cookie);
}

function elsewhereFacts({ namespace, port }: ListenerFacts, { begin, end, window }: Watched): ElsewhereFacts {
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
    limitedReach: limitedReach(end.snapshot.listeners.filter((one) => one.namespace === namespace)),
    counters: window.countersOf(namespace),
    conntrack: fills.sort((a, b) => b.count - a.count)[0] ?? null,
    conntrackDrops: rises.length === 0 ? null : rises.reduce((sum, rise) => sum + rise, 0),
  };
}
