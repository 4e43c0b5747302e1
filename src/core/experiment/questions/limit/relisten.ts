/**
 * somaxconn is raised while a listener is full: nothing changes until listen() is called again.
 *
 * @module
 */
import { parseScenario, type Scenario } from "../../../scenario/index.ts";
import { handled } from "../../claims/handled.ts";
import { queuesAre } from "../../claims/queue-after.ts";
import type { Experiment, Variant } from "../../experiment.ts";

function scenario({ family }: Variant): Scenario {
  return parseScenario(
    `
scenario: somaxconn is raised from 2 to 5 under a full listener, which then calls listen() again.
family: ${family}
sysctls: { net.core.somaxconn: 2, net.ipv4.tcp_syncookies: 0 }
changes: [{ at: 600ms, set: net.core.somaxconn, to: 5 }]
wire: { delay: 5ms }
listener: { backlog: 100, calls: [{ at: 900ms, listen: 100 }] }
clients:
  - { at: 0ms, count: 2 }
  - { at: 100ms } # later: with the other two its SYN would find the queue of an older kernel full
  - { at: 300ms, count: 3 }
duration: 1.9s
`,
    "relisten",
  );
}

/** Does raising somaxconn help a listener that is already full? */
export const relisten: Experiment = {
  name: "relisten",
  question: "Does raising somaxconn help a listener that is already full?",
  words: [
    "The limit is worked out in listen() and kept by the socket. A later change of net.core.somaxconn concerns only later calls; another listen() on the same socket makes it count at once, and loses nobody.",
  ],
  claims: [
    queuesAre("clamped", "listen(100) keeps a limit of 2, because somaxconn is 2.", [
      { listener: "listener", after: { actor: "listener", call: "listen" }, limit: 2, acceptQueue: 0 },
    ]),
    queuesAre("unchanged", "Raising somaxconn to 5 leaves the limit at 2 and the queue full with 3.", [
      {
        listener: "listener",
        after: { actor: "server", call: "net.core.somaxconn" },
        limit: 2,
        acceptQueue: 3,
      },
    ]),
    queuesAre("raised", "listen(100) on the same socket makes the limit 5, and the three that wait stay.", [
      {
        listener: "listener",
        after: { actor: "listener", call: "listen", nth: 1 },
        limit: 5,
        acceptQueue: 3,
      },
    ]),
    handled(
      "then-they-fit",
      "Three SYNs were refused while the queue was full; sent again after the second listen(), all three get in.",
      "listener",
      { "syn-answered": 6, completed: 6, "syn-refused-accept-queue-full": 3 },
    ),
  ],
  dependsOnSynQueueTest: false,
  shows: { load: false, sockets: false, packets: true },
  scenario,
};
