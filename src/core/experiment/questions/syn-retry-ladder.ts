/**
 * How long a client goes on asking a listener that drops its SYNs.
 *
 * @module
 */
import { parseScenario, type Scenario } from "../../scenario/index.ts";
import { counted, packetsThatWere } from "../claims/handled.ts";
import { synLadder } from "../claims/ladders.ts";
import type { Experiment, Variant } from "../experiment.ts";

function scenario({ family, faithful }: Variant): Scenario {
  return parseScenario(
    `
scenario: A client's SYNs all meet a full accept queue.
family: ${family}
sysctls: { net.ipv4.tcp_syn_retries: ${faithful ? 6 : 2} }
listener: { backlog: 0 }
clients: [{ at: 0ms, name: the one that waits }, { at: 100ms, name: the one too many }]
duration: ${faithful ? 145 : 9}s
`,
    "syn-retry-ladder",
  );
}

/** How often and how long does a client send its SYN again? */
export const synRetryLadder: Experiment = {
  name: "syn-retry-ladder",
  question: "How often and how long does a client send its SYN again?",
  words: [
    "A dropped SYN leaves nothing at the server, so only the client tries again. Kernels since 6.5 send the first tcp_syn_linear_timeouts (4) repeats a second apart and double the gap after that; older ones double it from the start. connect() gives up when as much time is over as tcp_syn_retries doubling repeats would take: 127 s with 6, 7 s with 2.",
  ],
  claims: [
    synLadder("syn-ladder", "the one too many"),
    counted(
      "overflows-counted",
      "ListenOverflows rose once for each of its SYNs.",
      "ListenOverflows",
      packetsThatWere(["syn-refused-accept-queue-full"]),
    ),
  ],
  dependsOnSynQueueTest: false,
  shows: { load: false, sockets: false, packets: true },
  scenario,
};
