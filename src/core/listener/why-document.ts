/**
 * What `listenq why --json` says. Types only; an unknown value is null.
 *
 * @module
 */
import type { Finding } from "../finding.ts";
import type { ListenerCourse } from "./course/course-facts.ts";
import type { ListenerWindow, OwnerFacts, WaitingFacts } from "./facts.ts";
import type { KernelIdentity, SnapshotListener, SnapshotNamespace } from "./snapshot/snapshot-document.ts";
import type { KernelWord } from "./victims/kernel-word.ts";

/** One listener on the port, as it was at the end of the watch. */
export interface WatchedListener extends SnapshotListener {
  /** What was seen of it. */
  readonly window: ListenerWindow | null;
  /** Who waits; null where a row does not say whose it is (reuseport, MPTCP). */
  readonly waiting: WaitingFacts | null;
  /** What frequent looks at the port alone have seen; null where there were none. */
  readonly course: ListenerCourse | null;
  /** The process that should accept; null if none is visible. */
  readonly owner: OwnerFacts | null;
}

/** All of it. */
export interface WhyDocument {
  /** When the watch began; ISO 8601, UTC. */
  readonly takenAt: string;
  readonly kernel: KernelIdentity;
  /** Null for a unix listener. */
  readonly port: number | null;
  /** Of a unix listener; null otherwise. */
  readonly path: string | null;
  /** How long was watched; shorter than asked for after an interruption. */
  readonly watchedMs: number;
  /** The answer; of all findings the one that explains most. */
  readonly verdict: Finding;
  /** The listener that the verdict is about: its place in `listeners`. */
  readonly verdictListener: number;
  /** What the kernel's trace events said meanwhile; null where they may not be read, said nothing, or the listener is a unix one. */
  readonly kernelWord: KernelWord | null;
  readonly namespaces: readonly SnapshotNamespace[];
  readonly listeners: readonly WatchedListener[];
  /** Of the namespaces; each listener's own are with it. */
  readonly findings: readonly Finding[];
}
