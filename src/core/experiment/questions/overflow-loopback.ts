/**
 * The published experiment's literal steps over loopback, on a kernel that is newer than the original's.
 *
 * @module
 */
import { parseScenario, type Scenario } from "../../scenario/index.ts";
import { limitIsKept, overflowsAreCounted } from "../claims/accept-queue-claims.ts";
import { servedByResentSyn, synSentAtOneEnd, synWasRefused, synWasResent } from "../claims/refused-syn.ts";
import { resentSynsComeTogether, silentClientsHang } from "../claims/silent-clients.ts";
import type { Experiment, Variant } from "../experiment.ts";

function scenario(variant: Variant): Scenario {
  const [hold, look, duration] = variant.faithful
    ? ["10s", "[1.3s, 9s, 15s]", "45s"]
    : ["2.5s", "[1.3s, 9s]", "12s"];
  return parseScenario(
    `
scenario: Four clients meet a listener with backlog 1, and three silent ones wait for one with backlog 0.
topology: loopback
family: ${variant.family}
listeners:
  - { name: listener, port: 8088, backlog: 1, accept: { how: one-at-a-time, hold: ${hold} } }
  - name: silent listener
    port: 8089
    backlog: 0
    # Two chances: rarely the timer's tick falls between the resends of the first.
    calls: [{ at: 1.5s, accept: 1 }, { at: 3.5s, accept: 1 }]
clients:
  - { at: 0ms, send: 82B }
  - { at: 100ms, send: 82B, count: 3 }
  - { at: 150ms, to: silent listener } # fills the queue of one
  - { at: 200ms, to: silent listener, count: 3 }
look: ${look}
duration: ${duration}
`,
    "overflow-loopback",
  );
}

/** The same over loopback. */
export const overflowLoopback: Experiment = {
  name: "overflow-loopback",
  question: "What do the original's own steps show over loopback, on this kernel?",
  words: [
    "Over loopback the three packets of a handshake happen inside connect(), one connection after the other, so a first " +
      "final ACK never meets a full accept queue. On the original's 3.10 the fourth client still got its SYN+ACK, because a SYN " +
      "was refused only while more than one young request waited; it showed SYN_RECV. Since 4.10 the SYN itself is dropped " +
      "while the accept queue is full, so the fourth client shows SYN_SENT and the server nothing at all.",
    "Resent SYNs are different: the kernel's timer sends those of several waiting clients in one tick, and all are admitted " +
      "before the first final ACK arrives. When one place is free, one of them gets it. The others have been answered by a SYN " +
      "cookie, which leaves nothing behind: they are connected as far as they know, and if they wait for the server to speak, " +
      "they wait for ever.",
  ],
  claims: [
    limitIsKept("listener"),
    synWasRefused("listener"),
    synSentAtOneEnd("listener"),
    synWasResent("listener"),
    servedByResentSyn("listener"),
    resentSynsComeTogether("silent listener"),
    silentClientsHang("silent listener"),
    overflowsAreCounted,
  ],
  dependsOnSynQueueTest: false,
  shows: { load: true, sockets: true, packets: true },
  scenario,
};
