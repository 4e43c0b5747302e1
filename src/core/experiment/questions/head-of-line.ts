/**
 * Late comers overtake: the accept queue is in the order of successful final packets, not of SYNs.
 *
 * @module
 */
import { parseScenario, type Scenario } from "../../scenario/index.ts";
import { counted, handled, packetsThatWere } from "../claims/handled.ts";
import { overtaken } from "../claims/overtaken.ts";
import type { Experiment, Variant } from "../experiment.ts";

function scenario({ family }: Variant): Scenario {
  return parseScenario(
    `
scenario: A client whose final ACK was refused is overtaken by one that comes after a place became free.
family: ${family}
listener: { backlog: 3, calls: [{ at: 700ms, accept: 1 }, { at: 1.9s, accept: 2 }] }
clients:
  - { at: 0ms, count: 3 }
  - { at: 300ms, count: 2 } # one takes the last place, the other waits
  - { at: 850ms, name: the late comer }
duration: 4s
`,
    "head-of-line",
  );
}

/** Is whoever comes first served first? */
export const headOfLine: Experiment = {
  name: "head-of-line",
  question: "Is whoever comes first served first?",
  words: [
    "A client whose final ACK was refused has no place in any line. It gets one only with its own next packet, or the ACK to the next SYN+ACK, a second or more later. Whoever sends a SYN in between takes the place.",
  ],
  claims: [
    overtaken("client 5", "the late comer"),
    handled(
      "who-fits",
      "Six handshakes are completed; of the client that waits the final ACK and the ACK at about 1 s are refused.",
      "listener",
      {
        "syn-answered": 6,
        completed: 6,
        "final-refused": 2,
      },
    ),
    counted(
      "overflows-counted",
      "ListenOverflows rose once for each packet that was refused.",
      "ListenOverflows",
      packetsThatWere(["final-refused"]),
    ),
  ],
  dependsOnSynQueueTest: false,
  shows: { load: false, sockets: false, packets: true },
  scenario,
};
