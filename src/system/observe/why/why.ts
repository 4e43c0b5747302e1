/**
 * The 3 a.m. answer for one port: watch it for a few seconds, then say what is wrong. Deltas, not counters since boot. A sampler
 * watches; who waits and who should accept is looked at before and after.
 *
 * @module
 */
import { setTimeout as sleep } from "node:timers/promises";
import { UsageError } from "../../../core/errors.ts";
import type { ListenerProcess } from "../../../core/listener/facts.ts";
import type { PortLook } from "../../../core/listener/waiting-look.ts";
import type { WhyDocument } from "../../../core/listener/why-document.ts";
import { SampleWindow } from "../../../core/listener/window/sample-window.ts";
import { OpenResources } from "../../linux/ffi/descriptor.ts";
import { ELSEWHERE_COUNTERS, QUEUE_COUNTERS } from "../../linux/proc/counters.ts";
import {
  type NamespaceScope,
  type OpenedNamespaces,
  openNamespaces,
  type UnseenNamespace,
} from "../namespace-scope.ts";
import { lookAtPort } from "../port-queues.ts";
import { readMachine } from "../read-machine.ts";
import { ListenerSampler } from "../sampler/listener-sampler.ts";
import { PortWitness } from "../victims/port-witness.ts";
import { answer, type Watched } from "./answer.ts";
import { CourseWatch } from "./course-watch.ts";
import { type Around, lookAround } from "./look-around.ts";

/** What is asked. */
export interface WhyRequest {
  readonly port: number;
  readonly durationMs: number;
  readonly netns: NamespaceScope;
  readonly signal: AbortSignal;
}

/** The answer, and what could not be seen for it. */
export interface WhyResult {
  readonly document: WhyDocument;
  readonly hiddenProcesses: number;
  readonly unseen: readonly UnseenNamespace[];
}

/** With each sample the requests are counted, for which the kernel walks its whole table of connections. */
const SAMPLE_EVERY_MS = 100;
/** Samples take this share of a core at most: with a hundred namespaces, or many connections, they come less often. */
const MOST_SHARE = 0.05;
/** Clients that are gone at two looks so far apart do wait although they have gone. */
const LOOKS_APART_MS = 100;
/** So long a supervisor may take to start a server again. */
const LONGEST_ABSENCE_MS = 2_000;
const LOOK_AGAIN_MS = 100;

/**
 * Watches the listeners on a port.
 *
 * @throws {UsageError} when nobody listens there
 * @throws {NotSupportedError} when the kernel does not answer sock_diag, or a namespace asked for may not be entered
 */
export async function why(request: WhyRequest): Promise<WhyResult> {
  const open = (): OpenedNamespaces => openNamespaces(request.netns, request.port);
  const isOpen = ({ seen }: OpenedNamespaces): boolean => seen.length > 0;
  // Without a pause if somebody listens: what happens from now on is seen.
  const found = open();
  const opened = isOpen(found) ? found : await untilThere(open, isOpen, request);
  if (!isOpen(opened)) throw nobodyListens(request);
  const sampler = new ListenerSampler({
    netns: opened,
    owners: "none",
    watchPorts: [request.port],
    onlyPort: request.port,
    hearsEntries: true,
    synEveryMs: request.durationMs,
    counters: [...QUEUE_COUNTERS, ...ELSEWHERE_COUNTERS],
  });
  try {
    const seen = await watch(opened, sampler, request);
    const hiddenProcesses = Math.max(opened.hiddenProcesses, seen.begin.hiddenProcesses);
    return { document: answer(request.port, seen), hiddenProcesses, unseen: opened.unseen };
  } finally {
    sampler.close();
  }
}

async function watch(
  { seen: namespaces }: OpenedNamespaces,
  sampler: ListenerSampler,
  request: WhyRequest,
): Promise<Watched> {
  const { port } = request;
  const look = (): Around => lookAround(namespaces, port);
  const isSeen = ({ snapshot }: Around): boolean => snapshot.listeners.length > 0;
  // It may have closed since the namespaces were chosen.
  const first = look();
  const begin = isSeen(first) ? first : await untilThere(look, isSeen, request);
  if (!isSeen(begin)) throw nobodyListens(request);
  const holdersOf = (inode: number): readonly ListenerProcess[] => begin.holders.get(inode) ?? [];
  const opened = new OpenResources();
  try {
    const witness = opened.keep(new PortWitness(port, namespaces));
    const course = opened.keep(new CourseWatch({ namespaces, port, holdersOf }));
    const sampled = await sampleAll(namespaces, sampler, request);
    course.end();
    const kernelWord = witness.end();
    const end = lookAround(namespaces, port, begin);
    return { begin, ...sampled, end, machine: readMachine(), course, kernelWord };
  } finally {
    opened.close();
  }
}

async function sampleAll(
  namespaces: OpenedNamespaces["seen"],
  sampler: ListenerSampler,
  { port, durationMs, signal }: WhyRequest,
): Promise<Pick<Watched, "window" | "earlier">> {
  const window = new SampleWindow();
  window.add(sampler.sample());
  const endAt = performance.now() + durationMs;
  await sampleUntil(endAt - Math.min(LOOKS_APART_MS, durationMs / 2), window, sampler, signal);
  const earlier = new Map(
    namespaces.map(({ inode, eye }): [number, PortLook] => [inode, lookAtPort(eye, port)]),
  );
  await sampleUntil(endAt, window, sampler, signal);
  return { window, earlier };
}

/** Ends early, without failing, when aborted. */
async function sampleUntil(
  endAt: number,
  window: SampleWindow,
  sampler: ListenerSampler,
  signal: AbortSignal,
): Promise<void> {
  for (let tookMs = 0; performance.now() < endAt && !signal.aborted; ) {
    const pauseMs = Math.max(SAMPLE_EVERY_MS, tookMs / MOST_SHARE);
    await pause(Math.min(pauseMs, endAt - performance.now()), signal);
    const startedAt = performance.now();
    window.add(sampler.sample());
    tookMs = performance.now() - startedAt;
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(Math.max(0, ms), undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** A server that is being started again is waited for: looks until it is there, and returns the last look if it does not come. */
async function untilThere<Look>(
  look: () => Look,
  isThere: (seen: Look) => boolean,
  { durationMs, signal }: WhyRequest,
): Promise<Look> {
  const untilMs = performance.now() + Math.min(durationMs, LONGEST_ABSENCE_MS);
  for (;;) {
    const seen = look();
    if (isThere(seen) || signal.aborted || performance.now() >= untilMs) return seen;
    await pause(LOOK_AGAIN_MS, signal);
  }
}

function nobodyListens({ port, netns }: WhyRequest): UsageError {
  const where = netns === "all" ? "in any namespace that could be looked at" : "in this namespace";
  const more = netns === "all" ? "" : `; sudo listenq why ${port} --netns all looks into containers too`;
  return new UsageError(`nobody listens on port ${port} ${where}: clients get "connection refused"${more}`);
}
