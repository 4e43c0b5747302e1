/**
 * TCP_DEFER_ACCEPT: a bare final ACK does not make a connection.
 *
 * @module
 */
import { parseScenario, type Scenario } from "../../scenario/index.ts";
import { deferredRepeat } from "../claims/deferred.ts";
import { counted, handled, packetsThatWere } from "../claims/handled.ts";
import { queuesAre } from "../claims/queue-after.ts";
import type { Experiment, Variant } from "../experiment.ts";

function scenario({ family }: Variant): Scenario {
  return parseScenario(
    `
scenario: A silent client and one that speaks meet a listener that defers accept for 3 s.
family: ${family}
listener: { backlog: 4, defer-accept: 3s }
clients: [{ at: 0ms }, { at: 200ms, send: 82B }]
duration: 4s
`,
    "defer-accept",
  );
}

/** What does TCP_DEFER_ACCEPT do with a client that says nothing? */
export const deferAccept: Experiment = {
  name: "defer-accept",
  question: "What does TCP_DEFER_ACCEPT do with a client that says nothing?",
  words: [
    "With TCP_DEFER_ACCEPT the final ACK alone is passed over; the connection is made by the first data. The request keeps its place in the SYN queue, and the SYN+ACK is not repeated while the deferral lasts.",
    "The seconds are rounded up to a number of timeouts of 1, 2, 4 ... s. When the last of them fires the SYN+ACK comes again, and the ACK that answers it makes the connection, data or not.",
  ],
  claims: [
    handled(
      "data-makes-it",
      "A final ACK without data is passed over; data makes the connection, and so does the ACK after the deferral.",
      "listener",
      {
        "syn-answered": 2,
        "final-deferred": 2,
        completed: 2,
      },
    ),
    counted(
      "deferral-counted",
      "TCPDeferAcceptDrop rose once for each ACK that was passed over.",
      "TCPDeferAcceptDrop",
      packetsThatWere(["final-deferred"]),
    ),
    deferredRepeat("client 1"),
    queuesAre(
      "waits-in-syn-queue",
      "While it is deferred the silent client is in the SYN queue, the other in the accept queue.",
      [{ listener: "listener", after: { actor: "client 2", call: "send" }, synQueue: 2, acceptQueue: 0 }],
    ),
  ],
  dependsOnSynQueueTest: false,
  shows: { load: false, sockets: false, packets: true },
  scenario,
};
