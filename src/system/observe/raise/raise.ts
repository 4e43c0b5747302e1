/**
 * A longer accept queue at once, without a restart: finds the listeners of a port, decides, calls listen() again on each through a
 * copy of its descriptor, and reads back what the kernel made of it.
 *
 * @module
 */
import { UsageError } from "../../../core/errors.ts";
import {
  acceptRateOf,
  intentWords,
  lastingLines,
  patienceNotes,
} from "../../../core/findings/raise-words.ts";
import type { LiveFacts } from "../../../core/listener/facts.ts";
import type { MachineFacts } from "../../../core/listener/machine-facts.ts";
import type {
  RaiseDocument,
  RaisedListener,
  RaiseResult,
} from "../../../core/listener/raise/raise-document.ts";
import { decideRaise, type RaiseDecision, type RaiseWish } from "../../../core/listener/raise/raise-plan.ts";
import type {
  ObservedListener,
  SnapshotNamespace,
} from "../../../core/listener/snapshot/snapshot-document.ts";
import { describeWaiting } from "../../../core/listener/waiting-clients.ts";
import { waitingLook } from "../../../core/listener/waiting-look.ts";
import type { WatchedListener, WhyDocument } from "../../../core/listener/why-document.ts";
import { type NamespaceScope, openNamespaces, type SeenNamespace } from "../namespace-scope.ts";
import { readMachine } from "../read-machine.ts";
import { type Around, lookAround } from "../why/look-around.ts";
import { why } from "../why/why.ts";
import { HalfOpenWatch } from "./half-open-clients.ts";
import { listenAgain } from "./listen-again.ts";

/** What is asked. */
export interface RaiseRequest extends RaiseWish {
  readonly port: number;
  readonly netns: NamespaceScope;
  /** Only the listener on this address; canonical text. */
  readonly address: string | undefined;
  /** Only listeners of this process: a name or a pid in digits. */
  readonly process: string | undefined;
  readonly dryRun: boolean;
  /** How long to watch before and after; null to do it at once. */
  readonly watchMs: number | null;
  /** Said when the watch before is over, and the watch after begins. */
  readonly onRaised?: (listeners: readonly RaisedListener[]) => void;
  readonly signal: AbortSignal;
}

/** What came of it, and how many processes this user may not look into. */
export interface RaiseAnswer {
  readonly document: RaiseDocument;
  readonly hiddenProcesses: number;
}

/**
 * Raises the limit of the listeners on a port. Nothing is kept open, and nothing else of them changes.
 *
 * @throws {UsageError} when nobody who fits listens there
 * @throws {NotSupportedError} when the kernel does not answer sock_diag, or a namespace asked for may not be entered
 */
export async function raise(request: RaiseRequest): Promise<RaiseAnswer> {
  const opened = openNamespaces(request.netns);
  try {
    // Before five seconds of watching: a port without a listener is told at once.
    chosenListeners(lookAround(opened.seen, request.port), request);
    const before = request.watchMs === null ? null : await why({ ...request, durationMs: request.watchMs });
    const around = lookAround(opened.seen, request.port);
    const halfOpen = before === null ? null : new HalfOpenWatch(opened.seen, request.port);
    const machine = readMachine();
    const isStopped = request.signal.aborted;
    const listeners = chosenListeners(around, request).map((listener) =>
      raiseOne(listener, { request, around, before, seen: opened.seen, machine, isStopped }),
    );
    request.onRaised?.(listeners);
    const hasChanged = listeners.some(({ result }) => result === "done");
    const after =
      before === null || !hasChanged
        ? null
        : await why({ ...request, durationMs: before.document.watchedMs });
    const { takenAt, kernel } = around.snapshot;
    const watch =
      before === null || halfOpen === null
        ? null
        : { before: before.document, after: after?.document ?? null, halfOpen: halfOpen.close() };
    const { port, to, dryRun } = request;
    return {
      document: { takenAt, kernel, port, to, dryRun, listeners, watch },
      hiddenProcesses: around.hiddenProcesses,
    };
  } finally {
    for (const { eye } of opened.seen) eye.close();
  }
}

const STOPPED = "interrupted before the call: nothing was done";

function chosenListeners({ snapshot }: Around, request: RaiseRequest): ObservedListener[] {
  const { port, address, process } = request;
  const onPort = snapshot.listeners;
  if (onPort.length === 0) throw new UsageError(`nobody listens on port ${port} ${placeOf(request.netns)}`);
  const chosen = onPort.filter(
    (one) =>
      (address === undefined || one.address === address) &&
      (process === undefined ||
        one.holders.some(({ pid, name }) => name === process || String(pid) === process)),
  );
  if (chosen.length > 0) return chosen;
  const there = onPort.map((one) => `${one.address} (${one.holders[0]?.name ?? "no visible process"})`);
  throw new UsageError(`no listener on port ${port} fits; there is ${[...new Set(there)].join(", ")}`);
}

function placeOf(netns: NamespaceScope): string {
  return netns === "all"
    ? "in any namespace that could be looked at"
    : "in this namespace; sudo listenq raise --netns all looks into containers too";
}

interface RaiseContext {
  readonly request: RaiseRequest;
  readonly around: Around;
  readonly before: { readonly document: WhyDocument } | null;
  readonly seen: readonly SeenNamespace[];
  readonly machine: MachineFacts;
  /** Ctrl-C during the watch before: then nothing is changed. */
  readonly isStopped: boolean;
}

function raiseOne(listener: ObservedListener, context: RaiseContext): RaisedListener {
  const { request, around, isStopped } = context;
  const namespace = namespaceOf(listener, around);
  const decision = decideRaise(listener, namespace.sysctls.somaxconn, request);
  const words = intentWords({ listener, namespace, machine: context.machine }, { to: request.to, decision });
  const isWanted = decision.intent === "raise" || decision.intent === "lower";
  const refusal = isWanted && !isStopped ? listenAgain(listener, request.dryRun ? null : request.to) : null;
  const limitAfter = limitNow(listener, context.seen);
  const result = isStopped ? "not-needed" : resultOf(decision, { refusal, limitAfter, request });
  const patience = decision.intent === "raise" ? patienceOf(listener, decision, context) : [];
  const { protocol, address, port, path, group, process, container, acceptQueue } = listener;
  return {
    ...{ namespace: listener.namespace, protocol, address, port, path, group, process, container },
    somaxconn: namespace.sysctls.somaxconn,
    limitBefore: acceptQueue.limit,
    limitWanted: decision.limit,
    limitAfter,
    waiting: acceptQueue.length,
    intent: decision.intent,
    result,
    notes: [...words.notes, ...(refusal?.notes ?? []), ...(isStopped ? [STOPPED] : patience)],
    remedy: [...words.remedy, ...(refusal?.remedy ?? [])],
    lasting: lastingLines(listener, request),
  };
}

function resultOf(
  { intent, limit }: RaiseDecision,
  { refusal, limitAfter, request }: { refusal: unknown; limitAfter: number | null; request: RaiseRequest },
): RaiseResult {
  if (intent === "clamped-away" || refusal !== null) return "refused";
  if (intent === "keep" || intent === "nothing") return "not-needed";
  if (request.dryRun) return "dry-run";
  return limitAfter === limit ? "done" : "changed-meanwhile";
}

/** As the kernel shows it at this moment; null if the socket is gone. */
function limitNow(listener: ObservedListener, seen: readonly SeenNamespace[]): number | null {
  const eye = seen.find(({ inode }) => inode === listener.namespace)?.eye;
  const rows = eye?.listeners() ?? { tcp: [], mptcp: [] };
  const row = [...rows.tcp, ...rows.mptcp].find(({ cookie }) => cookie === listener.cookie);
  return row?.sendQueue ?? null;
}

function namespaceOf(listener: ObservedListener, { snapshot }: Around): SnapshotNamespace {
  const namespace = snapshot.namespaces.find(({ inode }) => inode === listener.namespace);
  if (namespace === undefined) throw new Error(`listener of an unknown namespace ${listener.namespace}`);
  return namespace;
}

function patienceOf(
  listener: ObservedListener,
  { limit }: RaiseDecision,
  { around, before }: RaiseContext,
): string[] {
  const watched = before === null ? null : watchedAs(listener, before.document);
  const waiting = watched?.waiting ?? waitingNow(listener, around);
  const rate = acceptRateOf(listener.acceptQueue, waiting, watched?.window?.durationMs ?? null);
  return patienceNotes(limit, listener.acceptQueue.length, rate);
}

/** The same listener in the watch: a document has no cookies, and no two listeners share a descriptor. */
function watchedAs(listener: ObservedListener, { listeners }: WhyDocument): WatchedListener | null {
  const isSame = ({ namespace, address, process }: WatchedListener): boolean =>
    namespace === listener.namespace &&
    address === listener.address &&
    process?.pid === listener.process?.pid &&
    process?.fd === listener.process?.fd;
  return listeners.find(isSame) ?? null;
}

function waitingNow(listener: ObservedListener, { queues }: Around): LiveFacts["waiting"] {
  if (listener.protocol !== "tcp" || listener.group !== null) return null;
  const seen = queues.get(listener.namespace);
  const look = seen === undefined ? null : waitingLook(seen, listener.cookie);
  return look === null ? null : describeWaiting(look, null);
}
