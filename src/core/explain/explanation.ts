/**
 * The result of explaining a capture: the words of `explain --json`. Data only.
 *
 * @module
 */
import type { Finding } from "../finding.ts";
import type { Outcome } from "./judge/verdict.ts";

/** One connection attempt. Times are milliseconds since the capture's first packet; an unknown value is null. */
export interface Handshake {
  readonly client: string;
  readonly server: string;
  /** When its first packet was seen. */
  readonly startedAt: number | null;
  readonly outcome: Outcome;
  /** Whether the server answered with payload in the end; null where the capture does not tell. */
  readonly served: boolean | null;
  /** The packets that prove it, by their numbers in the capture; with several captures the numbers go on. */
  readonly packets: readonly number[];
  readonly synRetransmissions: number;
  readonly synAckRetransmissions: number;
  /** Resends of the client's first bytes until the server acknowledged them. */
  readonly dataRetransmissionsBeforeAccept: number;
  /** From the first SYN until the client was connected. */
  readonly handshakeMs: number | null;
  /** From the first SYN until the server's first payload. */
  readonly firstResponseMs: number | null;
  /** What else is to be said: what is missing, or the times of what came again. */
  readonly note: string | null;
}

/** What the listener's backlog must have been. */
export interface InferredBacklog {
  readonly atMost: number;
  /** The number itself, where the assumption holds. */
  readonly value: number | null;
  readonly assumes: string | null;
  /** Certain only where the listener's own kernel was asked: live, with `--interface`. */
  readonly confidence: "certain" | "likely" | "possible";
  readonly why: string;
}

/** An endpoint that answered with SYN+ACK. */
export interface ListenerReport {
  readonly address: string;
  /** The service's name where a listing has no number. */
  readonly port: number | string;
  readonly handshakes: number;
  /** How many of them are in no outcome and no list: a flood has too many to keep. */
  readonly leftOut: number;
  readonly inferredBacklog: InferredBacklog | null;
  readonly abortOnOverflow: boolean | null;
  readonly outcomes: Readonly<Partial<Record<Outcome, number>>>;
  /** Why the backlog cannot be inferred; null where it was. */
  readonly note: string | null;
}

/** Everything that was found out. */
export interface Explanation {
  readonly listeners: readonly ListenerReport[];
  readonly handshakes: readonly Handshake[];
  readonly findings: readonly Finding[];
  /** Attempts that are counted in no list because there were too many; with them the counts are not whole. */
  readonly leftOut: number;
  /** What the capture cannot show, in sentences: of that nothing calming is said. */
  readonly notShown: readonly string[];
}
