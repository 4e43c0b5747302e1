/**
 * How long the server keeps a request whose final ACK never comes.
 *
 * @module
 */
import { parseScenario, type Scenario } from "../../scenario/index.ts";
import { endsAre } from "../claims/ends.ts";
import { counted } from "../claims/handled.ts";
import { synAckLadder } from "../claims/ladders.ts";
import type { Experiment, Variant } from "../experiment.ts";

function scenario({ family, faithful }: Variant): Scenario {
  return parseScenario(
    `
scenario: A client's final ACK, and every other ACK of it, is lost.
family: ${family}
sysctls: { net.ipv4.tcp_synack_retries: ${faithful ? 5 : 2} }
wire: { rules: [{ from: client, flags: ".", do: drop }] }
listener: { backlog: 4 }
clients: [{ at: 0ms }]
look: [${faithful ? "50s, 67s" : "5s, 8s"}]
duration: ${faithful ? 68 : 8.5}s
`,
    "synack-ladder",
  );
}

/** How often does the server send its SYN+ACK again, and when does it forget the request? */
export const synAckLadderExperiment: Experiment = {
  name: "synack-ladder",
  question: "How often does the server send its SYN+ACK again, and when does it forget the request?",
  words: [
    "Each request has a timer of 1 s that doubles. After tcp_synack_retries repeats the next firing frees the request: 63 s with the default of 5, 7 s with 2. Nothing is sent then.",
  ],
  claims: [
    synAckLadder("synack-ladder", "client 1"),
    endsAre(
      "request-expires",
      "The request is SYN_RECV while the ladder lasts and gone after it; the client stays ESTABLISHED.",
      [
        { clientName: "client 1", look: 0, client: "ESTABLISHED", server: "SYN_RECV" },
        { clientName: "client 1", look: 1, client: "ESTABLISHED", server: null },
      ],
    ),
    counted(
      "repeats-counted",
      "TCPSynRetrans rose once for each repeat of the SYN+ACK.",
      "TCPSynRetrans",
      (view) => view.handshakes.flatMap((handshake) => handshake.synAcks.slice(1)),
    ),
  ],
  dependsOnSynQueueTest: false,
  shows: { load: false, sockets: true, packets: true },
  scenario,
};
