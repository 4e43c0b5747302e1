/**
 * Claims about clients that wait for a full listener and say nothing: their resent SYNs leave in one tick of the timer, are
 * all admitted before the first final ACK, and so more clients believe they are connected than the queue can hold.
 *
 * @module
 */
import type { Arrival, Handshake, TracePacket, TraceSocket } from "../../trace/index.ts";
import { conclude, notSeen, seconds } from "../conclude-claim.ts";
import type { Claim } from "../experiment.ts";
import type { TraceView } from "../trace-view.ts";

/** SYNs that left in the same tick stand this close together. */
const SAME_TICK_MS = 2;

/** SYNs of every client that was still waiting, resent together and all answered. */
interface Volley {
  readonly syns: readonly TracePacket[];
  readonly handshakes: readonly Handshake[];
}

/** The first volley of a listener, or null. */
function volleyOf(view: TraceView, listener: string): Volley | null {
  const ofListener = view.handshakes.filter((handshake) =>
    view.arrivals.some(
      (arrival) => arrival.listener === listener && arrival.packet.from === handshake.client,
    ),
  );
  const resent = ofListener.flatMap((handshake) => handshake.syns.slice(1));
  for (const first of resent.sort((a, b) => a.at - b.at)) {
    const waiting = ofListener.filter(
      (handshake) => (handshake.synAcks[0]?.at ?? Number.POSITIVE_INFINITY) > first.at,
    );
    const syns = resent.filter((syn) => syn.at >= first.at && syn.at < first.at + SAME_TICK_MS);
    const isWhole = waiting.length >= 2 && syns.length === waiting.length;
    if (isWhole && syns.every((syn) => view.arrivalOf(syn)?.outcome === "syn-answered"))
      return { syns, handshakes: waiting };
  }
  return null;
}

/** All of them are answered, although the queue has one place. */
export function resentSynsComeTogether(listener: string): Claim {
  return { id: "resent-syns-come-together", check: (view) => checkTogether(view, listener) };
}

function checkTogether(view: TraceView, listener: string) {
  const volley = volleyOf(view, listener);
  if (volley === null) {
    return notSeen(
      "After one accept() the resent SYNs of all waiting clients are answered, although one place is free.",
      "no SYNs of all waiting clients were resent within one tick and answered",
    );
  }
  const text = `After one accept() the resent SYNs of all ${volley.handshakes.length} clients that still wait are answered, although one place is free.`;
  const answers = volley.handshakes.map((handshake) => handshake.synAcks[0]);
  const [first, last] = [volley.syns[0], volley.syns.at(-1)];
  return conclude(text, {
    facts: [
      `${volley.syns.length} SYNs arrived within ${((last?.at ?? 0) - (first?.at ?? 0)).toFixed(3)} ms at ${seconds(first?.arrivedAt ?? 0)}, each was answered before the first final ACK`,
    ],
    packets: [...volley.syns, ...answers],
    checks: [
      [
        volley.handshakes.every((handshake) =>
          handshake.synAcks.every((answer) => answer.at > (first?.at ?? 0)),
        ),
        "one was answered before",
      ],
    ],
  });
}

/** One gets the place; the others' final ACKs are dropped, and nobody will ever tell them. */
export function silentClientsHang(listener: string): Claim {
  return { id: "silent-clients-hang", check: (view) => checkHang(view, listener) };
}

function checkHang(view: TraceView, listener: string) {
  const volley = volleyOf(view, listener);
  const text =
    "One of them gets the place. The others stay ESTABLISHED at their own end, with nothing to accept at the server.";
  if (volley === null)
    return notSeen(text, "no SYNs of all waiting clients were resent within one tick and answered");
  const finals = volley.handshakes.flatMap((handshake) => finalArrival(view, handshake));
  const hung = volley.handshakes.filter((handshake) => view.completionOf(handshake) === null);
  const at = view.lookTimes().at(-1) ?? 0;
  const own = hung.map((handshake) => view.socketRow(at, "client", handshake));
  const served = hung.map((handshake) => view.socketRow(at, "server", handshake));
  const rows = [...own, ...served].filter((row): row is TraceSocket => row !== null);
  return conclude(text, {
    facts: [
      `${hung.map((handshake) => view.nameOf(handshake.client)).join(" and ")}: final ACKs dropped (packets ${refusedOf(
        finals,
      )
        .map((arrival) => arrival.packet.number)
        .join(
          ", ",
        )}); at ${seconds(at)} ESTABLISHED here, ${served.every((row) => row === null) ? "nothing" : "SYN_RECV"} there`,
    ],
    packets: finals.map((arrival) => arrival.packet),
    sockets: rows,
    checks: [
      [finals.length === volley.handshakes.length, "a final ACK is not in the trace"],
      [
        finals.length - refusedOf(finals).length === 1,
        `${finals.length - refusedOf(finals).length} of them got a place`,
      ],
      [
        own.every((row) => row?.state === "ESTABLISHED"),
        `their own end shows ${own.map((row) => row?.state ?? "no row").join(", ")}`,
      ],
      [
        served.every((row) => row === null || row.state === "SYN_RECV"),
        "the server's table has more than a request for one of them",
      ],
      [at > (volley.syns[0]?.at ?? 0) + 1000, "nobody looked at the socket tables a second later"],
    ],
  });
}

function finalArrival(view: TraceView, handshake: Handshake): Arrival[] {
  const arrival = handshake.finalAck === null ? null : view.arrivalOf(handshake.finalAck);
  return arrival === null ? [] : [arrival];
}

function refusedOf(finals: readonly Arrival[]): Arrival[] {
  return finals.filter((arrival) => arrival.outcome === "final-refused");
}
