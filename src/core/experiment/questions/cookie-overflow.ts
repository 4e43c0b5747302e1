/**
 * A SYN cookie's final ACK on a full accept queue: nobody will ever tell the client.
 *
 * @module
 */
import { parseScenario, type Scenario } from "../../scenario/index.ts";
import { endsAre } from "../claims/ends.ts";
import { counted, handled, packetsThatWere } from "../claims/handled.ts";
import { neverAgain, nothingCameBack } from "../claims/silence.ts";
import type { Experiment, Variant } from "../experiment.ts";

function scenario({ family }: Variant): Scenario {
  return parseScenario(
    `
scenario: Three clients are answered by SYN cookies, and the accept queue has one place.
family: ${family}
sysctls: { net.ipv4.tcp_syncookies: 2, net.ipv4.tcp_abort_on_overflow: 1 }
listener: { backlog: 0, calls: [{ at: 1s, accept: 1 }] }
clients:
  - { at: 0ms } # gets the place
  - { at: 0ms } # waits for the server to speak
  - { at: 0ms, send: 82B } # speaks first
look: [3.8s]
duration: 4s
`,
    "cookie-overflow",
  );
}

/** What happens when the final ACK of a SYN cookie meets a full accept queue? */
export const cookieOverflow: Experiment = {
  name: "cookie-overflow",
  question: "What happens when the final ACK of a SYN cookie meets a full accept queue?",
  words: [
    "A cookie leaves no request behind. If its final ACK meets a full accept queue, it is dropped, and there is nothing that could send the SYN+ACK again, and no reset either, whatever tcp_abort_on_overflow says.",
    "A client that speaks first is saved by its own data, which still carries the cookie. One that waits for the server to speak is connected for ever, to nobody.",
  ],
  claims: [
    handled(
      "one-place",
      "All three SYNs are answered; one final ACK gets the place, the other client that speaks gets through with its data later, and the rest is refused.",
      "listener",
      { "syn-answered": 3, completed: 2, "final-refused": "some" },
    ),
    neverAgain("client 2"),
    nothingCameBack("client 2"),
    endsAre(
      "silent-client",
      "The client that waits is ESTABLISHED at its own end, and the server has no row for it, not even SYN_RECV.",
      [{ clientName: "client 2", look: 0, client: "ESTABLISHED", server: null }],
    ),
    endsAre("speaking-client", "The client that spoke is ESTABLISHED at both ends.", [
      { clientName: "client 3", look: 0, client: "ESTABLISHED", server: "ESTABLISHED" },
    ]),
    counted(
      "overflows-counted",
      "ListenOverflows rose once for each packet that was refused.",
      "ListenOverflows",
      packetsThatWere(["final-refused"]),
    ),
  ],
  dependsOnSynQueueTest: false,
  shows: { load: false, sockets: true, packets: true },
  scenario,
};
