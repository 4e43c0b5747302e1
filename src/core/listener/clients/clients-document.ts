/**
 * What `listenq clients --json` says. Types only; an unknown value is null.
 *
 * @module
 */
import type { Finding } from "../../finding.ts";
import type { ListenerContainer, ListenerProcess } from "../facts.ts";
import type { KernelIdentity } from "../snapshot/snapshot-document.ts";
import type { ClientJudgement } from "./judge-client.ts";

/** A connection of this machine that is stuck at somebody's listener. */
export interface StuckClient extends ClientJudgement {
  /** Our end. */
  readonly local: string;
  /** When the next resend goes, in milliseconds from the look; null where none is due. */
  readonly nextResendMs: number | null;
  /** When connect() fails with ETIMEDOUT, in milliseconds from the look; null for what is connected, or where it cannot be told. */
  readonly givesUpInMs: number | null;
  readonly process: ListenerProcess | null;
  readonly container: ListenerContainer | null;
}

/** All that go to one destination, those that have waited longest first. */
export interface StuckDestination {
  /** The inode of the network namespace in which our ends are. */
  readonly namespace: number;
  /** The listener's endpoint. */
  readonly remote: string;
  readonly connecting: number;
  readonly silent: number;
  readonly late: number;
  /** Connections to it that show nothing unusual. */
  readonly healthy: number;
  /** Connections to other ports of its host that show nothing unusual. */
  readonly healthyElsewhere: number;
  readonly clients: readonly StuckClient[];
  /** What it means, the gravest first. */
  readonly findings: readonly Finding[];
}

/** How it changed during a watch, for one destination. */
export interface ClientRate {
  readonly namespace: number;
  readonly remote: string;
  /** Connections that became stuck during the watch. */
  readonly began: { readonly connecting: number; readonly silent: number; readonly late: number };
  /** Connections that were connecting or silent and are no more: they got in, or gave up. */
  readonly ended: number;
}

/** All of it. */
export interface ClientsDocument {
  /** ISO 8601, UTC. */
  readonly takenAt: string;
  readonly kernel: KernelIdentity;
  /** The endpoint that was asked for; null for all. */
  readonly destination: string | null;
  /** Connections that were looked at: those of which this machine is the client, as far as it can be told. */
  readonly looked: number;
  /** False on a kernel whose numbers do not tell silent from healthy. */
  readonly canTellSilent: boolean;
  /** At the last look. */
  readonly destinations: readonly StuckDestination[];
  /** Null after a single look. */
  readonly watch: {
    readonly watchedMs: number;
    readonly looks: number;
    readonly rates: readonly ClientRate[];
  } | null;
}
