/**
 * A client of a server that speaks first, whose final ACK was dropped and whose request then expires.
 *
 * @module
 */
import { parseScenario, type Scenario } from "../../scenario/index.ts";
import { endsAre } from "../claims/ends.ts";
import { counted, handled, packetsThatWere } from "../claims/handled.ts";
import { synAckLadder } from "../claims/ladders.ts";
import type { Experiment, Variant } from "../experiment.ts";

function scenario({ family, faithful }: Variant): Scenario {
  return parseScenario(
    `
scenario: A silent client's final ACK is dropped, its request expires, and the accept queue is emptied too late.
family: ${family}
sysctls: { net.ipv4.tcp_synack_retries: ${faithful ? 5 : 1} }
listener: { backlog: 3, accept: { how: never, speaks-first: server }, calls: [{ at: ${faithful ? 66 : 4}s, accept: 4 }] }
clients:
  - { at: 0ms, count: 3 }
  - { at: 150ms, count: 2 } # one takes the last place
look: [${faithful ? "60s, 68s" : "2s, 5.5s"}]
duration: ${faithful ? 69 : 6}s
`,
    "half-open-client",
  );
}

/** Who hangs, and for how long, when the server speaks first? */
export const halfOpenClient: Experiment = {
  name: "half-open-client",
  question: "Who hangs, and for how long, when the server speaks first?",
  words: [
    "The request lives as long as its SYN+ACK is repeated: 63 s with tcp_synack_retries 5, 3 s with 1. Then the server forgets it without a word.",
    "The client is connected as far as it knows. It has no timer of its own (unless keepalive), so it waits for ever for a greeting; it would learn the truth from a reset if it ever sent something.",
  ],
  claims: [
    handled(
      "one-too-many",
      "All five SYNs are answered; four final ACKs find a place and the fifth does not.",
      "listener",
      {
        "syn-answered": 5,
        completed: "some",
        "final-refused": "some",
      },
    ),
    counted(
      "overflows-counted",
      "ListenOverflows rose once for the final ACK and once for each ACK that answers a SYN+ACK again.",
      "ListenOverflows",
      packetsThatWere(["final-refused"]),
    ),
    synAckLadder("request-ladder", "client 5"),
    endsAre(
      "half-open",
      "While the request lives the client is ESTABLISHED and the server SYN_RECV; after that only the client has a row.",
      [
        { clientName: "client 5", look: 0, client: "ESTABLISHED", server: "SYN_RECV" },
        { clientName: "client 5", look: 1, client: "ESTABLISHED", server: null },
      ],
    ),
  ],
  dependsOnSynQueueTest: false,
  shows: { load: false, sockets: true, packets: true },
  scenario,
};
