/**
 * Claims about a SO_REUSEPORT group of which one member never accepts. Which member a client meets is the kernel's secret
 * hash; the trace tells by who was answered.
 *
 * @module
 */
import { counterRise } from "../../trace/index.ts";
import { conclude, notSeen, seconds } from "../conclude-claim.ts";
import type { Claim } from "../experiment.ts";
import { chosenCall } from "./queue-after.ts";

/** One queue is full, the one beside it empty. */
export function stuckMember(stuck: string, other: string): Claim {
  return {
    id: "full-beside-empty",
    check: (view) => {
      const text =
        "The queue of the listener that never accepts is full with limit + 1, the one beside it is empty.";
      const last = chosenCall(view, { actor: "server", call: "net.ipv4.tcp_syncookies" });
      if (last === null) return notSeen(text, "nobody looked at both in the end");
      const [full, empty] = [view.sampleAfterCall(last, stuck), view.sampleAfterCall(last, other)];
      return conclude(text, {
        facts: [
          `at ${seconds(last.at)} ${stuck} has ${full?.acceptQueue} of ${(full?.limit ?? 0) + 1}, ${other} has ${empty?.acceptQueue}`,
        ],
        samples: [full, empty],
        calls: [last],
        checks: [
          [
            full !== null && full.acceptQueue === full.limit + 1,
            `${stuck} has ${full?.acceptQueue ?? "no sample"}`,
          ],
          [empty !== null && empty.acceptQueue === 0, `${other} has ${empty?.acceptQueue ?? "no sample"}`],
        ],
      });
    },
  };
}

/** The clients that met the full one are never answered, however often they try. */
export function stuckClients(stuck: string): Claim {
  return {
    id: "never-answered",
    check: (view) => {
      const text =
        "The clients that the hash sends to the full listener are never answered, though all others are served; their resent SYNs meet it again.";
      const refused = view.handshakes.filter((handshake) => handshake.synAcks.length === 0);
      const syns = refused.flatMap((handshake) => handshake.syns);
      const rise = counterRise(view.trace, "ListenOverflows");
      const accepted = view.trace.calls.filter(
        (call) => call.call === "accept4" && typeof call.result === "number",
      );
      const held = view.trace.samples.findLast((sample) => sample.listener === stuck)?.acceptQueue ?? 0;
      return conclude(text, {
        facts: [
          `${refused.length} clients, ${syns.length} SYNs, ListenOverflows rose by ${rise}; ${accepted.length} others were accepted, ${held} wait`,
        ],
        packets: syns,
        counters: { ListenOverflows: rise },
        checks: [
          [refused.length > 0 && accepted.length > 0, "the hash sent all clients to one listener"],
          [rise === syns.length, `${syns.length} SYNs were not answered, ListenOverflows rose by ${rise}`],
          [refused.every((handshake) => handshake.syns.length > 1), "a SYN was not sent again"],
          [refused.length + accepted.length + held === view.scenario.clients.length, "a client is missing"],
        ],
      });
    },
  };
}
