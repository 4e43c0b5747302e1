/**
 * A full queue beside an empty one: SO_REUSEPORT gives each listener a pair of queues of its own.
 *
 * @module
 */
import { parseScenario, type Scenario } from "../../scenario/index.ts";
import { stuckClients, stuckMember } from "../claims/reuseport-claims.ts";
import type { Experiment, Variant } from "../experiment.ts";

const CLIENTS = 24;

function scenario({ family }: Variant): Scenario {
  // One after the other: what fills is the accept queue, never the SYN queue.
  const clients = Array.from(
    { length: CLIENTS },
    (_, place) => `  - { at: ${50 * place}ms, to: never accepts }`,
  );
  return parseScenario(
    `
scenario: Two listeners share a port; one accepts at once, the other never.
family: ${family}
changes: [{ at: 2.7s, set: net.ipv4.tcp_syncookies, to: 1 }] # a quiet moment at which both are looked at
wire: { delay: 1ms }
listeners:
  - { name: never accepts, port: 8088, backlog: 1, reuseport: true }
  - { name: accepts at once, port: 8088, backlog: 1, reuseport: true, accept: { how: at-once, speaks-first: server } }
clients:
${clients.join("\n")}
duration: 2.9s
`,
    "reuseport",
  );
}

/** Does a SYN find its way from a full listener to an empty one on the same port? */
export const reuseport: Experiment = {
  name: "reuseport",
  question: "Does a SYN find its way from a full listener to an empty one on the same port?",
  words: [
    "Listeners that share a port by SO_REUSEPORT have a pair of queues each. The kernel chooses one by a hash of the addresses and ports, and a full queue does not change its choice: the client is refused while the queue beside it is empty, and its resent SYN meets the same listener again.",
  ],
  claims: [stuckMember("never accepts", "accepts at once"), stuckClients("never accepts")],
  dependsOnSynQueueTest: false,
  shows: { load: false, sockets: false, packets: false },
  scenario,
};
