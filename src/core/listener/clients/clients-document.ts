/**
 * What `listenq clients --json` says. Types only; an unknown value is null.
 *
 * @module
 */
import type { ListenerContainer, ListenerProcess } from "../facts.ts";
import type { KernelIdentity } from "../snapshot/snapshot-document.ts";
import type { ClientJudgement } from "./judge-client.ts";

/** A connection of this machine that is stuck at somebody's listener. */
export interface StuckClient extends ClientJudgement {
  /** Our end. */
  readonly local: string;
  /** When the next resend goes, in milliseconds from the look; null where none is due. */
  readonly nextResendMs: number | null;
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
  readonly clients: readonly StuckClient[];
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
  readonly destinations: readonly StuckDestination[];
}
