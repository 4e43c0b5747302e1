/**
 * Every built-in experiment, in the order in which they are best read.
 *
 * @module
 */
import { capacity } from "./capacity.ts";
import { clientClosesEarly } from "./client-closes-early.ts";
import { closeWithPending } from "./close-with-pending.ts";
import { cookieOverflow } from "./cookie-overflow.ts";
import { deferAccept } from "./defer-accept.ts";
import { dropCounters } from "./drop-counters.ts";
import type { Experiment } from "./experiment.ts";
import { fastOpen } from "./fast-open.ts";
import { halfOpenClient } from "./half-open-client.ts";
import { headOfLine } from "./head-of-line.ts";
import { overflowAbort } from "./overflow-abort.ts";
import { overflowDrop } from "./overflow-drop.ts";
import { overflowLoopback } from "./overflow-loopback.ts";
import { pruning } from "./pruning.ts";
import { relisten } from "./relisten.ts";
import { reuseport } from "./reuseport.ts";
import { somaxconnPerNamespace } from "./somaxconn-per-namespace.ts";
import { synQueue } from "./syn-queue.ts";
import { synRetryLadder } from "./syn-retry-ladder.ts";
import { synAckLadderExperiment } from "./synack-ladder.ts";
import { unixSocket } from "./unix-socket.ts";

/** The built-in experiments. */
export const EXPERIMENTS: readonly Experiment[] = [
  overflowDrop,
  overflowAbort,
  overflowLoopback,
  capacity,
  synQueue,
  cookieOverflow,
  halfOpenClient,
  synRetryLadder,
  synAckLadderExperiment,
  pruning,
  relisten,
  somaxconnPerNamespace,
  deferAccept,
  fastOpen,
  reuseport,
  closeWithPending,
  clientClosesEarly,
  headOfLine,
  dropCounters,
  unixSocket,
];
