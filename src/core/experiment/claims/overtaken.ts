/**
 * The claim that a client with an earlier SYN gets its place later than one with a later SYN.
 *
 * @module
 */
import { conclude, notSeen, seconds } from "../conclude-claim.ts";
import type { Claim } from "../experiment.ts";

/** `early` was first with its SYN and is completed after `late`. */
export function overtaken(early: string, late: string): Claim {
  return {
    id: "overtaken",
    check: (view) => {
      const text = `${late} sends its SYN after ${early} and is in the accept queue before it.`;
      const [one, other] = [view.handshakeOf(early), view.handshakeOf(late)];
      if (one === null || other === null) return notSeen(text, "one of the two is not in the trace");
      const [slow, quick] = [view.completionOf(one), view.completionOf(other)];
      const samples = [slow, quick].map((arrival) =>
        arrival === null ? null : view.sampleAfterPacket(arrival.packet),
      );
      return conclude(text, {
        facts: [
          `SYNs sent at ${seconds(one.syns[0]?.at ?? 0)} and ${seconds(other.syns[0]?.at ?? 0)}, in the queue at ${seconds(slow?.packet.arrivedAt ?? 0)} and ${seconds(quick?.packet.arrivedAt ?? 0)}`,
        ],
        packets: [one.syns[0], one.finalAck, slow?.packet, other.syns[0], quick?.packet],
        samples,
        checks: [
          [
            one.syns[0] !== undefined && one.syns[0].at + 100 < (other.syns[0]?.at ?? 0),
            "the SYNs do not stand in that order",
          ],
          [
            slow !== null && quick !== null && (slow.packet.arrivedAt ?? 0) > (quick.packet.arrivedAt ?? 0),
            "they got their places in the order of their SYNs",
          ],
          [
            one.finalAck !== null &&
              view.arrivalOf(one.finalAck)?.outcome === "final-refused" &&
              one.finalAck.at < (other.syns[0]?.at ?? 0),
            `the final ACK of ${early} was not refused before`,
          ],
          [samples.every((sample) => sample !== null), "a sample right after one of them is missing"],
        ],
      });
    },
  };
}
