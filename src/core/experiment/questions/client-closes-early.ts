/**
 * Clients that leave while they wait in the accept queue keep their place.
 *
 * @module
 */
import { parseScenario, type Scenario } from "../../scenario/index.ts";
import { callsReturn } from "../claims/ends.ts";
import { handled } from "../claims/handled.ts";
import { queuesAre } from "../claims/queue-after.ts";
import type { Experiment, Variant } from "../experiment.ts";

function scenario({ family }: Variant): Scenario {
  return parseScenario(
    `
scenario: Two clients leave while they wait in the accept queue, one by FIN and one by reset.
family: ${family}
listener: { backlog: 1, calls: [{ at: 900ms, accept: 2 }] }
clients:
  - { at: 0ms, send: 82B, close-after: 300ms }
  - { at: 0ms, close-after: 300ms, close-by: RST }
  - { at: 600ms }
duration: 1.3s
`,
    "client-closes-early",
  );
}

/** Does a client that leaves give its place in the accept queue back? */
export const clientClosesEarly: Experiment = {
  name: "client-closes-early",
  question: "Does a client that leaves give its place in the accept queue back?",
  words: [
    "No. A connection that was closed or reset by its client stays in the accept queue until accept() takes it, and counts there: a queue full of dead connections refuses living ones. The server gets a descriptor for each; reading tells what happened.",
  ],
  claims: [
    handled(
      "place-is-kept",
      "Both handshakes are completed; the third client is refused although nobody is left at the other end of the queue.",
      "listener",
      {
        "syn-answered": 2,
        completed: 2,
        "syn-refused-accept-queue-full": 1,
      },
    ),
    queuesAre("still-full", "After both have left the queue still holds two.", [
      { listener: "listener", after: { actor: "client 3", call: "connect" }, acceptQueue: 2 },
    ]),
    callsReturn(
      "server-finds-them",
      "accept() hands both out; the first can still be read, the second reads ECONNRESET.",
      [
        { actor: "listener", call: "accept4", nth: 0, returns: "a descriptor" },
        { actor: "listener", call: "recv", nth: 0, returns: 82 },
        { actor: "listener", call: "accept4", nth: 1, returns: "a descriptor" },
        { actor: "listener", call: "recv", nth: 1, returns: "ECONNRESET" },
      ],
    ),
  ],
  dependsOnSynQueueTest: false,
  shows: { load: false, sockets: false, packets: true },
  scenario,
};
