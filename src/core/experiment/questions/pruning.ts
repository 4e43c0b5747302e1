/**
 * Requests that are given up early because the SYN queue is more than half full.
 *
 * @module
 */
import { parseScenario, type Scenario } from "../../scenario/index.ts";
import { keepsAll, prunesToHalf } from "../claims/pruning-claims.ts";
import type { Experiment, Variant } from "../experiment.ts";

function scenario({ family }: Variant): Scenario {
  return parseScenario(
    `
scenario: Eight requests wait in a SYN queue with limit 10, and eight in one with limit 100.
family: ${family}
sysctls: { net.ipv4.tcp_syncookies: 0, net.ipv4.tcp_synack_retries: 3 }
wire: { delay: 5ms, rules: [{ from: client, flags: ".", do: drop }] }
listeners:
  - { name: more than half full, port: 8088, backlog: 10 }
  - { name: nearly empty, port: 8089, backlog: 100 }
clients:
  - { at: 0ms, to: more than half full, count: 8 }
  - { at: 100ms, to: nearly empty, count: 8 }
duration: 8.6s
`,
    "pruning",
  );
}

/** Which requests does the kernel give up early, and when? */
export const pruning: Experiment = {
  name: "pruning",
  question: "Which requests does the kernel give up early, and when?",
  words: [
    "When twice the number of requests exceeds the limit and most of them are old, the kernel lowers the number of repeats, down to two at the least: the request is freed at 7 s instead of later. It stops as soon as the queue is no more than half full.",
  ],
  claims: [prunesToHalf("more than half full"), keepsAll("nearly empty")],
  dependsOnSynQueueTest: false,
  shows: { load: false, sockets: false, packets: false },
  scenario,
};
