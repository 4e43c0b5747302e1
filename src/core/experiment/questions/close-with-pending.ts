/**
 * The listener is closed while connections wait in its accept queue and a handshake is under way.
 *
 * @module
 */
import { parseScenario, type Scenario } from "../../scenario/index.ts";
import { callsReturn, endsAre } from "../claims/ends.ts";
import { handled } from "../claims/handled.ts";
import { resetsAtClose } from "../claims/resets.ts";
import type { Experiment, Variant } from "../experiment.ts";

function scenario({ family }: Variant): Scenario {
  return parseScenario(
    `
scenario: A listener is closed with three connections in its accept queue and one handshake unfinished.
family: ${family}
wire: { rules: [{ from: client, client: client 4, flags: ".", do: hold, by: 700ms }] }
listener: { backlog: 4, calls: [{ at: 600ms, close: true }] }
clients: [{ at: 0ms, count: 3 }, { at: 200ms, name: client 4 }]
look: [450ms, 740ms]
duration: 1.5s
`,
    "close-with-pending",
  );
}

/** What becomes of those who wait when the listener is closed? */
export const closeWithPending: Experiment = {
  name: "close-with-pending",
  question: "What becomes of those who wait when the listener is closed?",
  words: [
    "Closing a listener resets every connection that waits in its accept queue: the clients see ECONNRESET, although they never did anything wrong. A request in the SYN queue is not told; it stays as SYN_RECV without a listener, and the first packet that it gets is answered by a reset.",
  ],
  claims: [
    handled(
      "three-wait",
      "Three connections wait in the accept queue and one request in the SYN queue.",
      "listener",
      { "syn-answered": 4, completed: 3 },
    ),
    resetsAtClose(["client 1", "client 2", "client 3"]),
    callsReturn(
      "clients-see-resets",
      "Each of the three reads ECONNRESET.",
      ["client 1", "client 2", "client 3"].map((actor) => ({ actor, call: "recv", returns: "ECONNRESET" })),
    ),
    endsAre("request-outlives", "The request is still SYN_RECV after the close, with no listener.", [
      { clientName: "client 4", look: 0, client: "ESTABLISHED", server: "SYN_RECV" },
      { clientName: "client 4", look: 1, client: "ESTABLISHED", server: "SYN_RECV" },
    ]),
    callsReturn("request-is-reset", "Its late final ACK is answered by a reset.", [
      { actor: "client 4", call: "recv", returns: "ECONNRESET" },
    ]),
  ],
  dependsOnSynQueueTest: false,
  shows: { load: false, sockets: true, packets: true },
  scenario,
};
