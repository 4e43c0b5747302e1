/**
 * Claims about how many connections a listener held when nobody accepted.
 *
 * @module
 */
import type { Arrival, QueueSample, TraceCall } from "../../trace/index.ts";
import { conclude, notSeen } from "../conclude-claim.ts";
import type { Claim } from "../experiment.ts";
import type { TraceView } from "../trace-view.ts";
import { expectedLimit } from "./accept-queue-claims.ts";

/** What one listener was seen to hold. */
export interface ObservedCapacity {
  /** Its limit in the end. */
  readonly limit: number | null;
  /** Connections in its accept queue in the end. */
  readonly fitted: number | null;
  /** Clients whose SYN met the full queue, and who never got in. */
  readonly refused: number;
}

/** What a listener was seen to hold when its last client had tried. */
export function observedCapacity(view: TraceView, listener: string): ObservedCapacity {
  const sample = lastSample(view, listener);
  return {
    limit: sample?.limit ?? null,
    fitted: sample?.acceptQueue ?? null,
    refused: refusedAt(view, listener).length,
  };
}

/** One listener of the table. */
export interface CapacityCase {
  readonly name: string;
  readonly backlog: number;
  /** A later listen() on the same socket, when the queue is full already. */
  readonly again: number | null;
}

/** As many fit as the rule says: limit + 1, or what was there already when the limit shrank. */
export function fits(one: CapacityCase): Claim {
  // "listen(5), listen(1)" becomes "fits-5-then-1", "listen(-1)" becomes "fits-minus-1".
  const numbers = [one.backlog, one.again].filter((number) => number !== null);
  const id = `fits-${numbers.join("-then-").replaceAll(/(^|-)-(?=\d)/g, "$1minus-")}`;
  return { id, check: (view) => checkFits(view, one) };
}

function checkFits(view: TraceView, one: CapacityCase) {
  const somaxconn = view.trace.sysctls["net.core.somaxconn"] ?? null;
  const firstFit = expectedLimit(one.backlog, somaxconn) + 1;
  const limit = expectedLimit(one.again ?? one.backlog, somaxconn);
  const expected = Math.max(firstFit, limit + 1);
  const clients = view.scenario.clients.filter((client) => client.listener === one.name).length;
  const text = `After ${one.name} the limit is ${limit}, and ${expected} connections fit.`;
  const sample = lastSample(view, one.name);
  if (sample === null) return notSeen(text, "no sample was taken right after its last client's connect()");
  const [completed, refused] = [completedAt(view, one.name), refusedAt(view, one.name)];
  return conclude(text, {
    facts: [
      `${completed.length} of ${clients} handshakes were completed, ${refused.length} clients were refused, and the queue stood at ${sample.acceptQueue}`,
    ],
    packets: [...completed, ...refused].map((arrival) => arrival.packet),
    samples: [sample],
    checks: [
      [sample.limit === limit, `the kernel shows a limit of ${sample.limit}`],
      [sample.acceptQueue === expected, `the queue held ${sample.acceptQueue}`],
      [completed.length === expected, `${completed.length} handshakes were completed`],
      [
        refused.length === clients - expected,
        `${refused.length} clients were refused, not ${clients - expected}`,
      ],
    ],
  });
}

function completedAt(view: TraceView, listener: string): Arrival[] {
  return view.arrivals.filter((arrival) => arrival.listener === listener && arrival.outcome === "completed");
}

/** The first refused SYN of each client that was never let in; on a slow machine it has tried again by now. */
function refusedAt(view: TraceView, listener: string): Arrival[] {
  const letIn = new Set(completedAt(view, listener).map(({ packet }) => packet.from));
  const first = new Map<string, Arrival>();
  for (const arrival of view.arrivals) {
    const { packet, outcome } = arrival;
    if (arrival.listener !== listener || outcome !== "syn-refused-accept-queue-full") continue;
    if (!letIn.has(packet.from) && !first.has(packet.from)) first.set(packet.from, arrival);
  }
  return [...first.values()];
}

/** The sample right after the last client's connect(). */
function lastSample(view: TraceView, listener: string): QueueSample | null {
  const names = new Set(
    view.scenario.clients.filter((client) => client.listener === listener).map((client) => client.name),
  );
  const isConnect = (call: TraceCall) => call.call === "connect" && names.has(call.actor);
  const last = view.trace.calls.findLast(isConnect);
  return last === undefined ? null : view.sampleAfterCall(last, listener);
}
