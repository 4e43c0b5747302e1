/**
 * Claims about pruning: requests of a SYN queue that is more than half full are freed when their third timeout fires, 7 s
 * after the SYN, instead of being repeated.
 *
 * @kernel net/ipv4/inet_connection_sock.c reqsk_timer_handler() v6.18
 * @module
 */
import type { Handshake, QueueSample } from "../../trace/index.ts";
import { conclude, notSeen } from "../conclude-claim.ts";
import type { Claim } from "../experiment.ts";
import { fitsTimer, SYN_ACK_LADDER_MS } from "../timing.ts";
import type { TraceView } from "../trace-view.ts";

const THIRD_TIMEOUT_MS = SYN_ACK_LADDER_MS[2] ?? 0;

interface Requests {
  readonly handshakes: readonly Handshake[];
  /** Those whose SYN+ACK came a third time again, at 7 s. */
  readonly repeated: readonly Handshake[];
  readonly last: QueueSample | null;
  readonly limit: number;
}

function requestsOf(view: TraceView, listener: string): Requests {
  const names = new Set(
    view.scenario.clients.filter((client) => client.listener === listener).map(({ name }) => name),
  );
  const handshakes = view.handshakes.filter((handshake) => names.has(view.nameOf(handshake.client)));
  const last = view.trace.samples.findLast((sample) => sample.listener === listener) ?? null;
  const repeated = handshakes.filter((handshake) => handshake.synAcks.length === 4);
  return { handshakes, repeated, last, limit: last?.limit ?? 0 };
}

function onTime({ handshakes }: Requests): readonly [boolean, string] {
  const isRegular = ({ synAcks }: Handshake) => {
    const first = synAcks[0]?.at ?? 0;
    return (
      synAcks.slice(1).every(({ at }, place) => fitsTimer(at - first, SYN_ACK_LADDER_MS[place] ?? 0)) &&
      synAcks.length >= 3
    );
  };
  return [
    handshakes.length > 0 && handshakes.every(isRegular),
    "a SYN+ACK is missing or came at another time",
  ];
}

/** As many are freed at 7 s as it takes to leave the queue half full. */
export function prunesToHalf(listener: string): Claim {
  const text =
    "Of eight requests at limit 10 three are freed when their timer fires at 7 s; then the queue is half full, and the other five are repeated.";
  return {
    id: "prunes-to-half",
    check: (view) => {
      const requests = requestsOf(view, listener);
      const { handshakes, repeated, last, limit } = requests;
      if (last === null) return notSeen(text, "no sample is in the trace");
      const kept = Math.floor(limit / 2);
      return conclude(text, {
        facts: [
          `${repeated.length} of ${handshakes.length} SYN+ACKs came again at about ${THIRD_TIMEOUT_MS / 1000} s; in the end ${last.synQueue} requests are left`,
        ],
        packets: handshakes.flatMap((handshake) => handshake.synAcks),
        checks: [
          onTime(requests),
          [repeated.length === kept, `${repeated.length} were repeated, not ${kept}`],
          [last.synQueue === kept, `${last.synQueue} are left in the SYN queue`],
        ],
      });
    },
  };
}

/** A queue that is less than half full loses none. */
export function keepsAll(listener: string): Claim {
  const text = "Of eight requests at limit 100 none is freed before its time.";
  return {
    id: "keeps-all",
    check: (view) => {
      const requests = requestsOf(view, listener);
      const { handshakes, repeated, last } = requests;
      if (last === null) return notSeen(text, "no sample is in the trace");
      return conclude(text, {
        facts: [
          `all ${repeated.length} SYN+ACKs came again at about ${THIRD_TIMEOUT_MS / 1000} s, and ${last.synQueue} requests are left`,
        ],
        packets: handshakes.flatMap((handshake) => handshake.synAcks),
        checks: [
          onTime(requests),
          [repeated.length === handshakes.length, `${handshakes.length - repeated.length} were not repeated`],
          [
            last.synQueue === view.scenario.clients.filter((client) => client.listener === listener).length,
            `${last.synQueue} are left`,
          ],
        ],
      });
    },
  };
}
