/**
 * The SYN queue: how many requests it keeps, with cookies off, on and always, and the last-quarter rule.
 *
 * @module
 */
import { parseScenario, type Scenario } from "../../scenario/index.ts";
import { counted, packetsThatWere } from "../claims/handled.ts";
import { cookiesWhereItIsFull, keepsRequests, lastQuarter, onlyCookies } from "../claims/syn-queue-claims.ts";
import type { Experiment, Variant } from "../experiment.ts";

function scenario({ family }: Variant): Scenario {
  return parseScenario(
    `
scenario: Clients whose SYN+ACKs are lost meet four listeners, while tcp_syncookies is changed under them.
family: ${family}
sysctls: { net.ipv4.tcp_syncookies: 0, net.ipv4.tcp_max_syn_backlog: 16 }
changes:
  - { at: 500ms, set: net.ipv4.tcp_syncookies, to: 1 }
  - { at: 1100ms, set: net.ipv4.tcp_syncookies, to: 2 }
  - { at: 1700ms, set: net.ipv4.tcp_syncookies, to: 0 }
wire: { delay: 5ms, rules: [{ from: server, flags: "S.", do: drop }] }
listeners:
  - { name: without cookies, port: 8101, backlog: 3 }
  - { name: with cookies, port: 8102, backlog: 3 }
  - { name: cookies only, port: 8103, backlog: 3 }
  - { name: last quarter, port: 8104, backlog: 100 }
clients: # each leaves before it would send its SYN again
  - { at: 100ms, to: without cookies, count: 8, close-after: 300ms }
  - { at: 700ms, to: with cookies, count: 8, close-after: 300ms }
  - { at: 1300ms, to: cookies only, count: 8, close-after: 300ms }
  - { at: 1900ms, to: last quarter, count: 20, close-after: 300ms }
duration: 2.5s
`,
    "syn-queue",
  );
}

/** How many half-open requests does a listener keep, and what do SYN cookies change? */
export const synQueue: Experiment = {
  name: "syn-queue",
  question: "How many half-open requests does a listener keep, and what do SYN cookies change?",
  words: [
    "The SYN queue is bounded by the same limit as the accept queue (since 4.4). Kernels since 6.14, and older ones with the backport of January 2025, keep limit + 1 requests; others keep limit.",
    "With tcp_syncookies 1 a SYN that finds it full is answered all the same, with a cookie that leaves nothing behind; with 2 every SYN is. With 0 it is dropped, and then tcp_max_syn_backlog counts too: its last quarter is kept for peers that the kernel knows.",
  ],
  claims: [
    keepsRequests("without cookies"),
    cookiesWhereItIsFull("with cookies"),
    onlyCookies("cookies only"),
    lastQuarter("last quarter"),
    counted(
      "drops-counted",
      "ListenDrops rose once for each SYN that was dropped, whatever the reason.",
      "ListenDrops",
      packetsThatWere(["syn-unanswered"]),
    ),
  ],
  dependsOnSynQueueTest: false,
  shows: { load: false, sockets: false, packets: false },
  scenario,
};
