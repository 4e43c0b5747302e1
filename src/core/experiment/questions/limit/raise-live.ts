/**
 * What `listenq raise` does to a running server, as an experiment: the accept queue is full, clients are refused, and listen()
 * is called again with a larger backlog.
 *
 * @module
 */
import { parseScenario, type Scenario } from "../../../scenario/index.ts";
import { nobodyIsLost, raisedAtOnce, refusedComeIn } from "../../claims/raised-claims.ts";
import type { Experiment, Variant } from "../../experiment.ts";

/** Two requests must fit into the SYN queue at once; a kernel that keeps only `limit` of them needs a place more. */
function scenario({ family, synQueueTest }: Variant): Scenario {
  const isOlder = synQueueTest === ">=";
  return parseScenario(
    `
scenario: The limit of a full listener is raised to 100 while two clients are being refused.
family: ${family}
wire: { delay: 20ms }
listener:
  backlog: ${isOlder ? 2 : 1}
  calls:
    - { at: 2s, listen: 100 }
    - { at: 4.5s, accept: ${isOlder ? 5 : 4} }
clients:
  - { at: 0ms, send: 82B } # waits
${isOlder ? "  - { at: 150ms, send: 82B } # waits too\n" : ""}\
  - { at: 300ms, send: 82B, count: 2 } # together: one takes the last place, the other's final ACK is refused
  - { at: 600ms, send: 82B } # its SYN is refused
duration: 7s
`,
    "raise-live",
  );
}

/** Does a longer queue help those who were refused already, without a restart? */
export const raiseLive: Experiment = {
  name: "raise-live",
  question: "Does a second listen() with a larger backlog help those who are being refused?",
  words: [
    "This is what `listenq raise` does to somebody else's server: a second listen() on the same socket. It stores another limit and does nothing else. The limit is read for every packet, so the next one that arrives is judged by the new one.",
    "Nobody is told that there is room. A refused client comes in when it sends something by itself: its SYN again, its data again, or the ACK with which it answers the SYN+ACK that the server sends again.",
  ],
  claims: [raisedAtOnce("listener"), refusedComeIn("listener"), nobodyIsLost("listener")],
  dependsOnSynQueueTest: true,
  shows: { load: true, sockets: false, packets: true },
  scenario,
};
