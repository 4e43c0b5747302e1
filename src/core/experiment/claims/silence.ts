/**
 * Claims about what does not come: no SYN+ACK again, no reset, for as long as the recording lasts.
 *
 * @module
 */
import { conclude, filterFor, notSeen } from "../conclude-claim.ts";
import type { Claim } from "../experiment.ts";
import { mustHaveFired, SYN_ACK_LADDER_MS } from "../timing.ts";

/** The SYN+ACK to a client was sent once and never again, although its timer would have fired. */
export function neverAgain(client: string): Claim {
  return {
    id: "no-syn-ack-again",
    check: (view) => {
      const text = `The SYN+ACK to ${client} is sent once and never again.`;
      const handshake = view.handshakeOf(client);
      if (handshake === null) return notSeen(text, "its connection is not in the trace");
      const [first, ...again] = handshake.synAcks;
      const restMs = view.scenario.durationMs - (first?.at ?? 0);
      return conclude(text, {
        facts: [
          `packet ${first?.number} is the only one in the ${(restMs / 1000).toFixed(1)} s that followed`,
        ],
        packets: handshake.synAcks,
        filter: filterFor(handshake.client),
        checks: [
          [first !== undefined, "there is no SYN+ACK in the trace"],
          [again.length === 0, `it came again ${again.length} times`],
          [mustHaveFired(SYN_ACK_LADDER_MS[0] ?? 0, restMs), "the recording is too short to tell"],
          [!view.trace.recording.interrupted, "the recording was interrupted"],
        ],
      });
    },
  };
}

/** A client's final ACK arrived, and the server sent nothing at all to it afterwards. */
export function nothingCameBack(client: string): Claim {
  return {
    id: "nothing-came-back",
    check: (view) => {
      const text = `Nothing comes back to ${client} after its final ACK: no reset, no data.`;
      const handshake = view.handshakeOf(client);
      const finalAck = handshake?.finalAck ?? null;
      if (handshake === null || finalAck === null) return notSeen(text, "its final ACK is not in the trace");
      const after = handshake.packets.filter(
        (packet) => packet.from === handshake.server && packet.at > finalAck.at,
      );
      return conclude(text, {
        facts: [`packet ${finalAck.number} is the last of the connection`],
        packets: [handshake.synAcks[0], finalAck],
        filter: filterFor(handshake.client),
        checks: [
          [after.length === 0, `packet ${after[0]?.number} is ${after[0]?.flags}`],
          [!view.trace.recording.interrupted, "the recording was interrupted"],
        ],
      });
    },
  };
}
