/**
 * Which counter means what when a listener drops packets, and why its own count is higher.
 *
 * @module
 */
import { parseScenario, type Scenario } from "../../scenario/index.ts";
import { counted, handled, packetsThatWere } from "../claims/handled.ts";
import { ownDrops } from "../claims/own-drops.ts";
import type { Experiment, Variant } from "../experiment.ts";

function scenario({ family }: Variant): Scenario {
  // The SYN+ACKs to the second listener's clients are lost, so that its requests stay.
  const losses = [8, 9, 10, 11, 12, 13].map(
    (number) => `    - { from: server, client: client ${number}, flags: "S.", do: drop }`,
  );
  return parseScenario(
    `
scenario: One listener's accept queue overflows, another one's SYN queue.
family: ${family}
sysctls: { net.ipv4.tcp_syncookies: 0 }
changes: [{ at: 800ms, set: net.ipv4.tcp_syncookies, to: 0 }] # a moment at which both are looked at
wire:
  rules:
${losses.join("\n")}
listeners:
  - { name: accept queue, port: 8088, backlog: 3 }
  - { name: SYN queue, port: 8089, backlog: 1 }
clients:
  - { at: 0ms, to: accept queue, count: 3 }
  - { at: 150ms, to: accept queue, count: 2 } # one final ACK is refused
  - { at: 300ms, to: accept queue, count: 2 } # two SYNs are refused
  - { at: 100ms, to: SYN queue, count: 6 }
duration: 950ms
`,
    "drop-counters",
  );
}

/** Which counter rises for which drop? */
export const dropCounters: Experiment = {
  name: "drop-counters",
  question: "Which counter rises for which drop?",
  words: [
    "ListenOverflows counts what a full accept queue refused, SYNs and final packets alike. TCPReqQFullDrop counts SYNs that found the SYN queue full with cookies off. ListenDrops counts both, and more.",
    "The listener's own number (the d of ss -m) is no count of packets: a refused final packet adds two to it, a refused SYN one.",
  ],
  claims: [
    handled(
      "accept-queue-drops",
      "At the first listener one final ACK and two SYNs meet a full accept queue.",
      "accept queue",
      {
        "syn-answered": 5,
        completed: 4,
        "final-refused": 1,
        "syn-refused-accept-queue-full": 2,
      },
    ),
    counted(
      "listen-overflows",
      "ListenOverflows counts what the full accept queue refused.",
      "ListenOverflows",
      packetsThatWere(["final-refused", "syn-refused-accept-queue-full"]),
    ),
    counted(
      "req-q-full-drop",
      "TCPReqQFullDrop counts the SYNs that found the SYN queue full.",
      "TCPReqQFullDrop",
      packetsThatWere(["syn-unanswered"], "SYN queue"),
    ),
    counted(
      "listen-drops",
      "ListenDrops counts all of them.",
      "ListenDrops",
      packetsThatWere(["final-refused", "syn-refused-accept-queue-full", "syn-unanswered"]),
    ),
    ownDrops("accept queue"),
    ownDrops("SYN queue"),
  ],
  dependsOnSynQueueTest: false,
  shows: { load: false, sockets: false, packets: false },
  scenario,
};
