/**
 * The claim about the listener's own drop counter: one for a SYN that was refused, two for a final packet.
 *
 * @kernel net/ipv4/tcp_ipv4.c tcp_v4_rcv() v6.18
 * @module
 */
import { conclude, notSeen } from "../conclude-claim.ts";
import type { Claim } from "../experiment.ts";
import { chosenCall } from "./queue-after.ts";

/** The counter stands at refused SYNs + 2 x refused final packets when the scenario's sysctl is written again. */
export function ownDrops(listener: string): Claim {
  return {
    id: `own-drops-of-${listener.toLowerCase().replaceAll(" ", "-")}`,
    check: (view) => {
      const text = `The own drop counter of ${listener} counts a refused SYN once and a refused final packet twice.`;
      const call = chosenCall(view, { actor: "server", call: "net.ipv4.tcp_syncookies" });
      const sample = call === null ? null : view.sampleAfterCall(call, listener);
      if (call === null || sample === null) return notSeen(text, "nobody looked at the listener in the end");
      const refused = view.arrivals.filter(
        (arrival) =>
          arrival.listener === listener && !["completed", "syn-answered"].includes(arrival.outcome),
      );
      const finals = refused.filter((arrival) => arrival.outcome === "final-refused").length;
      return conclude(text, {
        facts: [
          `${refused.length - finals} SYNs and ${finals} final packets were refused, the counter stands at ${sample.drops}`,
        ],
        packets: refused.map((arrival) => arrival.packet),
        samples: [sample],
        calls: [call],
        checks: [
          [refused.length > 0, "nothing was refused"],
          [
            sample.drops === refused.length + finals,
            `the counter stands at ${sample.drops}, not ${refused.length + finals}`,
          ],
        ],
      });
    },
  };
}
