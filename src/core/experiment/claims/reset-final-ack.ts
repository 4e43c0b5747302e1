/**
 * Claims about the client whose final ACK met a full accept queue while tcp_abort_on_overflow = 1: it is told at once.
 *
 * @module
 */
import { counterRise, type TracePacket } from "../../trace/index.ts";
import { conclude, filterFor, notSeen, seconds } from "../conclude-claim.ts";
import type { Claim } from "../experiment.ts";
import type { TraceView } from "../trace-view.ts";

const NO_VICTIM = "no final ACK met a full accept queue";
const AT_ONCE_MS = 15;

/** The reset that answers the final ACK: before any other packet of the client, at the sequence number that it acknowledged. */
function resetOf(view: TraceView): TracePacket | null {
  const victim = view.victim();
  if (victim?.finalAck?.arrivedAt == null) return null;
  const { arrivedAt, number } = victim.finalAck;
  const next = victim.packets.find((packet) => packet.from === victim.client && packet.number > number);
  const isAnswer = (reset: TracePacket) =>
    reset.at >= arrivedAt &&
    reset.at - arrivedAt < AT_ONCE_MS &&
    reset.at < (next?.arrivedAt ?? Number.POSITIVE_INFINITY);
  return victim.serverResets.find(isAnswer) ?? null;
}

/** RST, with the number that the final ACK acknowledged and without an ACK flag. */
export const resetAnswersFinalAck: Claim = {
  id: "reset-answers-final-ack",
  check: (view) => {
    const victim = view.victim();
    const text = "The final ACK that meets the full accept queue is answered with RST at once.";
    if (victim === null) return notSeen(text, NO_VICTIM);
    const reset = resetOf(view);
    const { finalAck } = victim;
    return conclude(text, {
      facts: [
        `packet ${finalAck?.number} of ${view.nameOf(victim.client)} reached the server at ${seconds(finalAck?.arrivedAt ?? 0)}, ` +
          `packet ${reset?.number} left it ${((reset?.at ?? 0) - (finalAck?.arrivedAt ?? 0)).toFixed(2)} ms later, seq = the server's initial number + 1, no ACK flag`,
      ],
      packets: [finalAck, reset],
      filter: filterFor(victim.client),
      checks: [
        [reset !== null, "no RST answers it before the client's next packet arrives"],
        [reset === null || reset.flags === "R", `its flags are ${reset?.flags}, not R`],
        [reset === null || reset.seq === finalAck?.ack, `its seq is ${reset?.seq}, not ${finalAck?.ack}`],
      ],
    });
  },
};

/** The client's program is told: ECONNRESET. */
export const clientSeesReset: Claim = {
  id: "client-sees-econnreset",
  check: (view) => {
    const victim = view.victim();
    const text = `${victim === null ? "The client" : view.nameOf(victim.client)} sees ECONNRESET.`;
    if (victim === null) return notSeen(text, NO_VICTIM);
    const reset = resetOf(view);
    const name = view.nameOf(victim.client);
    const call = view.trace.calls.find((made) => made.actor === name && made.result === "ECONNRESET");
    const connected = view.callsOf(name, "SO_ERROR")[0];
    return conclude(text, {
      facts: [
        `its connect() had succeeded at ${seconds(connected?.at ?? 0)}; ${call?.call}() = ECONNRESET at ${seconds(call?.at ?? 0)}`,
      ],
      packets: [reset],
      calls: [connected, call].filter((made) => made !== undefined),
      filter: filterFor(victim.client),
      checks: [
        [call !== undefined, "none of its calls returned ECONNRESET"],
        [connected?.result === 0, "its connect() had not succeeded before"],
        [reset?.arrivedAt != null, "the RST is not in the trace, or did not arrive"],
        [
          reset?.arrivedAt == null || call === undefined || call.endedAt >= reset.arrivedAt,
          "the error came before the RST",
        ],
      ],
    });
  },
};

/** Nothing is kept for it, so nothing comes again. */
export const noSynAckAgain: Claim = {
  id: "no-syn-ack-again",
  check: (view) => {
    const victim = view.victim();
    const text = "Its request is gone: the SYN+ACK does not come again.";
    if (victim === null) return notSeen(text, NO_VICTIM);
    const { synAcks, finalAck } = victim;
    const watchedMs = (view.trace.samples.at(-1)?.at ?? 0) - (finalAck?.at ?? 0);
    return conclude(text, {
      facts: [
        `one SYN+ACK (packet ${synAcks[0]?.number}) in the ${(watchedMs / 1000).toFixed(1)} s that were recorded after the reset`,
      ],
      packets: synAcks,
      filter: filterFor(victim.client),
      checks: [
        [synAcks.length === 1, `${synAcks.length} SYN+ACKs are in the trace`],
        [watchedMs > 1500, "the recording ends before a SYN+ACK would have come again"],
      ],
    });
  },
};

/** EmbryonicRsts counts the request that was aborted. */
export const resetIsCounted: Claim = {
  id: "reset-counted",
  check: (view) => {
    const text = "EmbryonicRsts rose by 1: the request was aborted by the overflow.";
    const victim = view.victim();
    if (victim === null) return notSeen(text, NO_VICTIM);
    const rise = counterRise(view.trace, "EmbryonicRsts");
    const reset = resetOf(view);
    return conclude(text, {
      facts: [`the counter rose by ${rise}, and packet ${reset?.number} is the reset`],
      packets: [victim.finalAck, reset],
      counters: { EmbryonicRsts: rise },
      filter: filterFor(victim.client),
      checks: [
        [reset !== null, "the reset is not in the trace"],
        [rise === 1, `EmbryonicRsts rose by ${rise}`],
      ],
    });
  },
};

/** Everybody else is served. */
export const othersAreServed: Claim = {
  id: "others-served",
  check: (view) => {
    const victim = view.victim();
    const text = "The other clients are served.";
    if (victim === null) return notSeen(text, NO_VICTIM);
    const others = view.handshakes.filter((handshake) => handshake !== victim);
    const answers = others.map((handshake) => handshake.serverData[0]);
    return conclude(text, {
      facts: [
        `${others.map((handshake) => view.nameOf(handshake.client)).join(", ")}: packets ${answers.map((answer) => answer?.number).join(", ")} are their answers`,
      ],
      packets: answers,
      checks: [
        [others.length === view.scenario.clients.length - 1, "a client is missing in the trace"],
        [answers.every((answer) => answer?.arrivedAt != null), "one of them got no answer"],
      ],
    });
  },
};
