/**
 * The claim about the repeat that ends a deferral: nothing at 1 s, where it would come otherwise, but when the deferral is over.
 *
 * @kernel net/ipv4/inet_connection_sock.c syn_ack_recalc() v6.18
 * @module
 */
import { conclude, filterFor, notSeen } from "../conclude-claim.ts";
import type { Claim } from "../experiment.ts";
import { fitsTimer } from "../timing.ts";

/** A deferral of 3 s lasts for the timeouts of 1 and 2 s. */
const DEFERRED_MS = 3000;

/** The SYN+ACK comes again once, at 3 s, and the ACK to it makes the connection. */
export function deferredRepeat(client: string): Claim {
  return {
    id: "repeat-ends-deferral",
    check: (view) => {
      const text = `The SYN+ACK to ${client} does not come again at 1 s but at 3 s, and the ACK that answers it makes the connection.`;
      const handshake = view.handshakeOf(client);
      if (handshake === null) return notSeen(text, "its connection is not in the trace");
      const [first, again] = handshake.synAcks;
      const made = view.completionOf(handshake);
      const sample = made === null ? null : view.sampleAfterPacket(made.packet);
      const afterMs = (again?.at ?? 0) - (first?.at ?? 0);
      return conclude(text, {
        facts: [
          `packet ${again?.number} came ${(afterMs / 1000).toFixed(2)} s after the first, packet ${made?.packet.number} made the connection: accept queue ${sample?.acceptQueue}`,
        ],
        packets: [first, again, made?.packet],
        samples: [sample],
        filter: filterFor(handshake.client),
        checks: [
          [handshake.synAcks.length === 2, `there are ${handshake.synAcks.length} SYN+ACKs`],
          [fitsTimer(afterMs, DEFERRED_MS), `it came again after ${(afterMs / 1000).toFixed(2)} s`],
          [
            made !== null && made.packet.at > (again?.at ?? 0) && made.packet.length === 0,
            "no ACK after it made the connection",
          ],
          [sample !== null && sample.synQueue === 0, "the request did not leave the SYN queue with it"],
        ],
      });
    },
  };
}
