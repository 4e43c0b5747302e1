/**
 * Claims about the accept queue itself: its limit, what it holds, and what the kernel's counter makes of a full one.
 *
 * @module
 */
import { listenerNamed } from "../../scenario/index.ts";
import { counterRise } from "../../trace/index.ts";
import { conclude, notSeen, seconds } from "../conclude-claim.ts";
import type { Claim } from "../experiment.ts";
import type { TraceView } from "../trace-view.ts";

const LARGEST_U32 = 4_294_967_296;

/**
 * The limit that listen() leaves: a negative backlog is a very large one, and somaxconn bounds both.
 *
 * @kernel net/socket.c __sys_listen_socket() v6.18
 */
export function expectedLimit(backlog: number, somaxconn: number | null): number {
  const unsigned = backlog < 0 ? backlog + LARGEST_U32 : backlog;
  return somaxconn === null ? unsigned : Math.min(unsigned, somaxconn);
}

/** listen(backlog) keeps min(backlog, somaxconn). */
export function limitIsKept(listener: string): Claim {
  return { id: "limit", check: (view) => checkLimit(view, listener) };
}

function checkLimit(view: TraceView, listener: string) {
  const { backlog } = listenerNamed(view.scenario, listener);
  const somaxconn = view.trace.sysctls["net.core.somaxconn"] ?? null;
  const limit = expectedLimit(backlog, somaxconn);
  const text = `The accept queue's limit is ${limit}: listen() was given ${backlog}, and somaxconn is ${somaxconn ?? "not visible"}.`;
  const call = view.callsOf(listener, "listen")[0];
  if (call === undefined) return notSeen(text, "the listen() call is not in the trace");
  const sample = view.sampleAfterCall(call, listener);
  return conclude(text, {
    facts: [`right after listen(${backlog}) the kernel shows a limit of ${sample?.limit}`],
    samples: [sample],
    calls: [call],
    checks: [
      [sample !== null, "no sample was taken right after listen()"],
      [sample === null || sample.limit === limit, `the kernel shows a limit of ${sample?.limit}`],
    ],
  });
}

/** The accept queue holds limit + 1 connections: it was seen with that many, never with more, and then refused. */
export function holdsOneMore(listener: string): Claim {
  return { id: "holds-limit-plus-one", check: (view) => checkHolds(view, listener) };
}

function checkHolds(view: TraceView, listener: string) {
  const limit = expectedLimit(
    listenerNamed(view.scenario, listener).backlog,
    view.trace.sysctls["net.core.somaxconn"] ?? null,
  );
  const capacity = limit + 1;
  const text = `It holds ${capacity}: one more than its limit.`;
  const finalAck = view.victim()?.finalAck;
  if (finalAck === null || finalAck === undefined)
    return notSeen(text, "no final ACK met a full accept queue");
  const filling = view.arrivals
    .filter((arrival) => arrival.listener === listener && arrival.outcome === "completed")
    .filter((arrival) => arrival.packet.number < finalAck.number)
    .at(-1);
  const sample = filling === undefined ? null : view.sampleAfterPacket(filling.packet);
  const longest = Math.max(
    0,
    ...view.trace.samples.filter((each) => each.listener === listener).map((each) => each.acceptQueue),
  );
  return conclude(text, {
    facts: [
      `after packet ${filling?.packet.number} ${sample?.acceptQueue} connections were in the queue, ` +
        `packet ${finalAck.number} was refused, and no sample shows more`,
    ],
    packets: [filling?.packet, finalAck],
    samples: [sample],
    checks: [
      [
        filling !== undefined && sample !== null,
        "the packet that filled the queue, or the sample after it, is not in the trace",
      ],
      [
        sample === null || sample.acceptQueue === capacity,
        `after packet ${filling?.packet.number} the queue held ${sample?.acceptQueue}`,
      ],
      [longest <= capacity, `a sample shows ${longest} connections`],
    ],
  });
}

/** ListenOverflows counts every packet that a full accept queue refused, and nothing else here. */
export const overflowsAreCounted: Claim = {
  id: "overflows-counted",
  check: (view) => {
    const refused = view.arrivals.filter((arrival) => isOverflow(arrival.outcome));
    const rise = counterRise(view.trace, "ListenOverflows");
    const text = `ListenOverflows rose by ${refused.length}: once for each packet that was refused because the accept queue was full.`;
    const finals = refused.filter((arrival) => arrival.outcome === "final-refused").length;
    return conclude(text, {
      facts: [
        `${refused.length} packets met a full accept queue (${refused.length - finals} SYNs, ${finals} others), ` +
          `the counter rose by ${rise}, the last one at ${seconds(refused.at(-1)?.packet.arrivedAt ?? 0)}`,
      ],
      packets: refused.map((arrival) => arrival.packet),
      counters: { ListenOverflows: rise, ListenDrops: counterRise(view.trace, "ListenDrops") },
      checks: [
        [refused.length > 0, "no packet was refused"],
        [
          rise === refused.length,
          `the trace shows ${refused.length} refused packets, but ListenOverflows rose by ${rise}`,
        ],
        [view.trace.recording.framesLost === 0, "the recorder lost frames, so the count is not whole"],
      ],
    });
  },
};

function isOverflow(outcome: string): boolean {
  return outcome === "final-refused" || outcome === "syn-refused-accept-queue-full";
}
