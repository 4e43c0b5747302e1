/**
 * TCP Fast Open: data with the SYN, and a place in the accept queue before the handshake is over.
 *
 * @module
 */
import { parseScenario, type Scenario } from "../../scenario/index.ts";
import { fallsBack, servedBeforeFinalAck } from "../claims/fast-open-claims.ts";
import type { Experiment, Variant } from "../experiment.ts";

function scenario({ family }: Variant): Scenario {
  return parseScenario(
    `
scenario: Two clients send their data with the SYN to a listener that takes one such request at a time.
family: ${family}
listener: { backlog: 4, fast-open: 1, accept: { how: at-once, hold: 1s } }
clients:
  - { at: 0ms, send: 82B, fast-open: true }
  - { at: 2ms, send: 82B, fast-open: true }
duration: 2s
`,
    "fast-open",
  );
}

/** When is a Fast Open connection in the accept queue, and when is it refused one? */
export const fastOpen: Experiment = {
  name: "fast-open",
  question: "When is a Fast Open connection in the accept queue, and when is it refused one?",
  words: [
    "With TCP Fast Open the SYN carries data, and the connection is in the accept queue from the SYN on: the server can answer a round trip earlier. It needs a place there like any other.",
    "TCP_FASTOPEN bounds how many such requests may be unfinished at a time. One more is no error: it falls back to an ordinary handshake, and its data is sent again. (The lab lets tcp_fastopen do without cookies, so that the first connection shows it.)",
  ],
  claims: [servedBeforeFinalAck("client 1"), fallsBack("client 2")],
  dependsOnSynQueueTest: false,
  shows: { load: false, sockets: false, packets: true },
  scenario,
};
