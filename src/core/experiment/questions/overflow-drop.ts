/**
 * The published experiment on a wire: four clients, backlog 1, tcp_abort_on_overflow 0. The last client's final ACK is dropped.
 *
 * @module
 */
import { parseScenario, type Scenario } from "../../scenario/index.ts";
import { holdsOneMore, limitIsKept, overflowsAreCounted } from "../claims/accept-queue-claims.ts";
import {
  dataWasResent,
  establishedAtOneEnd,
  finalAckWasDropped,
  servedInTheEnd,
  synAckCameAgain,
} from "../claims/dropped-final-ack.ts";
import type { Experiment, Variant } from "../experiment.ts";
import { overflowScenarioText } from "./overflow-scenario.ts";

function scenario(variant: Variant): Scenario {
  const times = variant.faithful
    ? { hold: "10s", look: "[1.5s, 5s, 16s]", duration: "60s" }
    : { hold: "3.5s", look: "[1.5s, 3.2s, 8s]", duration: "25s" };
  return parseScenario(overflowScenarioText(variant, { ...times, abortOnOverflow: 0 }), "overflow-drop");
}

/** Backlog 1, tcp_abort_on_overflow 0. */
export const overflowDrop: Experiment = {
  name: "overflow-drop",
  question: "What happens to a client whose final ACK meets a full accept queue?",
  words: [
    "The accept queue is full when it holds one connection more than its limit. A final ACK that arrives then is dropped " +
      "without a word: the client has its SYN+ACK and is ESTABLISHED, while the server still keeps a request in SYN_RECV.",
    "Two timers now run that know nothing of each other. The server's sends the SYN+ACK again after 1, 3, 7 ... seconds; " +
      "the client answers each with an ACK, which is refused too. The client's resends its data. Whichever packet comes " +
      "first after accept() has freed a place completes the handshake.",
  ],
  claims: [
    limitIsKept("listener"),
    holdsOneMore("listener"),
    establishedAtOneEnd,
    finalAckWasDropped,
    synAckCameAgain,
    dataWasResent,
    overflowsAreCounted,
    servedInTheEnd,
  ],
  dependsOnSynQueueTest: true,
  shows: { load: true, sockets: true, packets: true },
  scenario,
};
