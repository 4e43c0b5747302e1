/**
 * The published experiment with tcp_abort_on_overflow 1: the client that does not fit is told by a reset.
 *
 * @module
 */
import { parseScenario, type Scenario } from "../../scenario/index.ts";
import { holdsOneMore, limitIsKept, overflowsAreCounted } from "../claims/accept-queue-claims.ts";
import {
  clientSeesReset,
  noSynAckAgain,
  othersAreServed,
  resetAnswersFinalAck,
  resetIsCounted,
} from "../claims/reset-final-ack.ts";
import type { Experiment, Variant } from "../experiment.ts";
import { overflowScenarioText } from "./overflow-scenario.ts";

function scenario(variant: Variant): Scenario {
  const times = variant.faithful
    ? { hold: "10s", look: "[1.5s, 12s]", duration: "45s" }
    : { hold: "1.5s", look: "[1.2s]", duration: "15s" };
  return parseScenario(overflowScenarioText(variant, { ...times, abortOnOverflow: 1 }), "overflow-abort");
}

/** Backlog 1, tcp_abort_on_overflow 1. */
export const overflowAbort: Experiment = {
  name: "overflow-abort",
  question: "What does tcp_abort_on_overflow = 1 change for that client?",
  words: [
    "With net.ipv4.tcp_abort_on_overflow = 1 the final ACK that meets a full accept queue is answered with RST, and the " +
      "request is forgotten. The client had believed it was connected; its next call says ECONNRESET.",
    "It learns at once what it otherwise learns late or never, but it cannot get through any more when a place becomes free.",
  ],
  claims: [
    limitIsKept("listener"),
    holdsOneMore("listener"),
    resetAnswersFinalAck,
    clientSeesReset,
    noSynAckAgain,
    resetIsCounted,
    overflowsAreCounted,
    othersAreServed,
  ],
  dependsOnSynQueueTest: true,
  shows: { load: true, sockets: true, packets: true },
  scenario,
};
