/**
 * net.core.somaxconn belongs to a network namespace: another one changes nothing here.
 *
 * @module
 */
import { parseScenario, type Scenario } from "../../../scenario/index.ts";
import { queuesAre } from "../../claims/queue-after.ts";
import type { Experiment, Variant } from "../../experiment.ts";

function scenario({ family }: Variant): Scenario {
  return parseScenario(
    `
scenario: somaxconn is lowered in the client's namespace, and then in the server's.
family: ${family}
changes:
  - { at: 100ms, host: client, set: net.core.somaxconn, to: 1 }
  - { at: 300ms, host: server, set: net.core.somaxconn, to: 4 }
listener: { backlog: 1000, calls: [{ at: 200ms, listen: 1000 }, { at: 400ms, listen: 1000 }] }
clients: [{ at: 500ms }]
duration: 700ms
`,
    "somaxconn-per-namespace",
  );
}

/** Whose somaxconn counts, the one of the host or the one of the container? */
export const somaxconnPerNamespace: Experiment = {
  name: "somaxconn-per-namespace",
  question: "Whose somaxconn counts, the one of the host or the one of the container?",
  words: [
    "Each network namespace has its own net.core.somaxconn, and a new one begins with the default that was compiled in, not with its parent's value. What counts is that of the namespace in which the listener lives: raising it on the node does not reach the pod.",
  ],
  claims: [
    queuesAre(
      "other-namespace",
      "somaxconn 1 in the client's namespace does not touch the server's listener, not even when it calls listen() again.",
      [
        { listener: "listener", after: { actor: "listener", call: "listen" }, limit: 1000 },
        { listener: "listener", after: { actor: "client", call: "net.core.somaxconn" }, limit: 1000 },
        { listener: "listener", after: { actor: "listener", call: "listen", nth: 1 }, limit: 1000 },
      ],
    ),
    queuesAre("own-namespace", "somaxconn 4 in its own namespace holds from the next listen() on.", [
      { listener: "listener", after: { actor: "server", call: "net.core.somaxconn" }, limit: 1000 },
      { listener: "listener", after: { actor: "listener", call: "listen", nth: 2 }, limit: 4 },
    ]),
  ],
  dependsOnSynQueueTest: false,
  shows: { load: false, sockets: false, packets: false },
  scenario,
};
