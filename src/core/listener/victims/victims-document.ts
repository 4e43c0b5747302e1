/**
 * What `listenq victims --json` says. Types only; an unknown value is null.
 *
 * @module
 */
import type { ListenerContainer, ListenerProcess } from "../facts.ts";
import type { KernelIdentity } from "../snapshot/snapshot-document.ts";

/** A listener, as far as the kernel's events and a look at the tables name it. */
export interface VictimListener {
  /** The inode of its network namespace; null where several have such a listener. */
  readonly namespace: number | null;
  readonly address: string;
  readonly port: number;
  readonly process: ListenerProcess | null;
  readonly container: ListenerContainer | null;
}

/**
 * Who says so. `kernel-refused`: the kernel refused packets of this listener with TCP_LISTEN_OVERFLOW while the client's handshake was
 * open. `kernel-resent`: it sent the SYN+ACK again, which a lost packet explains too. `counter-rose`: it has no such reason, and
 * ListenOverflows of the namespace rose meanwhile.
 */
export type VictimEvidence = "kernel-refused" | "kernel-resent" | "counter-rose";

/** Something that happened to a client. */
export interface VictimLine {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly listener: VictimListener | null;
  /** Endpoint; null where the kernel does not name it. */
  readonly client: string | null;
  /** `refused`: packets of clients that are not named yet. `reset-received`: who met the `reset` of the listener just before. */
  readonly what: "syn-ack-resent" | "refused" | "reset" | "reset-received";
  /** The how-manieth resend, or how many packets. */
  readonly count: number;
  readonly evidence: VictimEvidence;
}

/** What happened at one listener. */
export interface VictimSummary {
  /** Null for packets whose listener could not be found. */
  readonly listener: VictimListener | null;
  /** Packets that the kernel refused because the accept queue was full; null on a kernel that does not say. */
  readonly refused: number | null;
  readonly resets: number;
  /** Clients whose SYN+ACK was sent again, or who are of this machine and were reset, with their last evidence. */
  readonly clients: readonly {
    readonly client: string;
    readonly synAcksResent: number;
    readonly evidence: VictimEvidence;
  }[];
}

/** How many events of a kind are known by their count alone. */
export interface UntoldEvents {
  readonly synAckResent: number;
  readonly refused: number;
  readonly resetSent: number;
  readonly resetReceived: number;
}

/** The counters of a namespace. */
export interface VictimNamespace {
  readonly inode: number;
  readonly name: string | null;
  readonly self: boolean;
  /** Rise of ListenOverflows: refused SYNs, final ACKs and data. */
  readonly overflows: number | null;
}

/** All of it. */
export interface VictimsDocument {
  /** ISO 8601, UTC. */
  readonly takenAt: string;
  readonly kernel: KernelIdentity;
  readonly watchedMs: number;
  readonly port: number | null;
  /** Which events this kernel has. */
  readonly sources: {
    readonly synAckResent: boolean;
    readonly refused: boolean;
    readonly resetSent: boolean;
  };
  /** Of more than 10,000 the last ones. */
  readonly lines: readonly VictimLine[];
  /** Those that refused somebody. */
  readonly listeners: readonly VictimSummary[];
  /** Packets refused by listeners that no event has named; where a port was asked for, they are in no list. */
  readonly refusedUnnamed: number;
  /** Clients whose SYN+ACK was sent again and whom nobody refused: lost packets, slow clients, scans, floods. */
  readonly othersResent: number;
  readonly namespaces: readonly VictimNamespace[];
  /** Rise of ListenOverflows that no event stands for: refused SYNs. Null where it cannot be told. */
  readonly synsRefused: number | null;
  /** Events that the kernel counted without a record of them that could be read: steps that are in no line. */
  readonly untold: UntoldEvents;
  /** Records for which there was no room. */
  readonly lost: number;
  /** True if the refusals came too fast and were switched off. */
  readonly wasMuted: boolean;
}
