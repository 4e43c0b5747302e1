/**
 * Every built-in experiment, in the order in which they are best read.
 *
 * @module
 */

import type { Experiment } from "./experiment.ts";
import { capacity } from "./questions/capacity.ts";
import { clientClosesEarly } from "./questions/client-closes-early.ts";
import { closeWithPending } from "./questions/close-with-pending.ts";
import { cookieOverflow } from "./questions/cookie-overflow.ts";
import { deferAccept } from "./questions/defer-accept.ts";
import { dropCounters } from "./questions/drop-counters.ts";
import { fastOpen } from "./questions/fast-open.ts";
import { halfOpenClient } from "./questions/half-open-client.ts";
import { headOfLine } from "./questions/head-of-line.ts";
import { raiseLive } from "./questions/limit/raise-live.ts";
import { relisten } from "./questions/limit/relisten.ts";
import { somaxconnPerNamespace } from "./questions/limit/somaxconn-per-namespace.ts";
import { overflowAbort } from "./questions/overflow-abort.ts";
import { overflowDrop } from "./questions/overflow-drop.ts";
import { overflowLoopback } from "./questions/overflow-loopback.ts";
import { pruning } from "./questions/pruning.ts";
import { reuseport } from "./questions/reuseport.ts";
import { synQueue } from "./questions/syn-queue.ts";
import { synRetryLadder } from "./questions/syn-retry-ladder.ts";
import { synAckLadderExperiment } from "./questions/synack-ladder.ts";
import { unixSocket } from "./questions/unix-socket.ts";

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
  raiseLive,
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
