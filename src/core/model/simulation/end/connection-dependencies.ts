/**
 * What one end of a connection works with.
 *
 * @module
 */
import type { ModelSegment } from "../../host/model-segment.ts";
import type { ResenderDependencies } from "./resender.ts";
import type { SynDependencies } from "./syn-sender.ts";

/** What a connection works with. */
export interface ConnectionDependencies extends SynDependencies, ResenderDependencies {
  readonly send: (segment: ModelSegment) => void;
  /** The program may have something to read, or an error to see, or may write. */
  readonly onReady: () => void;
  readonly count: (counter: EndCounter) => void;
}

/** What an end counts in its namespace. */
export type EndCounter =
  | "ActiveOpens"
  | "RetransSegs"
  | "TCPSynRetrans"
  | "TCPTimeouts"
  | "TCPSYNChallenge"
  | "TCPChallengeACK"
  | "OutRsts";
