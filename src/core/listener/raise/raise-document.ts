/**
 * What `listenq raise --json` says. Types only; an unknown value is null.
 *
 * @module
 */
import type { ListenerFacts } from "../facts.ts";
import type { KernelIdentity } from "../snapshot/snapshot-document.ts";
import type { WhyDocument } from "../why-document.ts";
import type { RaiseIntent } from "./raise-plan.ts";

/**
 * What came of it. `dry-run`: it would have been done, and this user may. `refused`: the kernel did not let us. `changed-meanwhile`:
 * listen() succeeded and the kernel shows another limit than it should leave.
 */
export type RaiseResult = "done" | "dry-run" | "not-needed" | "refused" | "changed-meanwhile";

/** One listener. */
export interface RaisedListener
  extends Pick<
    ListenerFacts,
    "namespace" | "protocol" | "address" | "port" | "path" | "group" | "process" | "container"
  > {
  readonly somaxconn: number | null;
  readonly limitBefore: number;
  /** The limit that the call leaves, min(backlog, somaxconn). */
  readonly limitWanted: number;
  /** As the kernel shows it afterwards; null if the listener is gone. The one before after a dry run. */
  readonly limitAfter: number | null;
  /** Connections that waited for accept() when it was decided. */
  readonly waiting: number;
  readonly intent: RaiseIntent;
  readonly result: RaiseResult;
  /** Why nothing was done, or what is to be known; empty if there is nothing to say. */
  readonly notes: readonly string[];
  /** Lines that permit it, or more of it. */
  readonly remedy: readonly string[];
  /** How the limit is set for good, each a line of its own. */
  readonly lasting: readonly string[];
}

/** Clients whose handshake was half-open at the moment of the call: a final ACK that is refused leaves one so. */
export interface HalfOpenClients {
  readonly atTheCall: number;
  /** Of these: seen established since. */
  readonly gotIn: number;
  /** Of these: half-open still at the end of the watch. */
  readonly still: number;
}

/** What was seen around the call. */
export interface RaiseWatch {
  readonly before: WhyDocument;
  /** Null when nothing was done, or the watch was interrupted before. */
  readonly after: WhyDocument | null;
  readonly halfOpen: HalfOpenClients;
}

/** All of it. */
export interface RaiseDocument {
  /** ISO 8601, UTC. */
  readonly takenAt: string;
  readonly kernel: KernelIdentity;
  readonly port: number;
  /** The backlog that was given. */
  readonly to: number;
  readonly dryRun: boolean;
  readonly listeners: readonly RaisedListener[];
  /** Null without `--for`. */
  readonly watch: RaiseWatch | null;
}
