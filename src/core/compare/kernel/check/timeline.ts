/**
 * A trace as the server saw it: what arrived, what was called, what it answered, and the looks at its queues, in order. What
 * the server sends on a connection that has been accepted is left out: its data and its end are not the listener's.
 *
 * @module
 */
import { clientNameOf, type Scenario } from "../../../scenario/index.ts";
import type { QueueSample, Trace, TraceCall, TracePacket } from "../../../trace/index.ts";

/** One thing that the server saw or did. */
export type ServerEvent =
  | {
      readonly kind: "arrival";
      readonly at: number;
      /** When handing it over was done: the recorder may have been preempted in between. */
      readonly doneAt: number;
      readonly packet: TracePacket;
    }
  | { readonly kind: "answer"; readonly at: number; readonly packet: TracePacket }
  | { readonly kind: "call"; readonly at: number; readonly call: TraceCall }
  | { readonly kind: "sample"; readonly at: number; readonly sample: QueueSample }
  | { readonly kind: "look"; readonly at: number; readonly halfOpen: readonly string[] }
  | { readonly kind: "end"; readonly at: number };

/** When each client was accepted, by its endpoint; the first time, if a cookie was used twice. */
export function acceptTimes(trace: Trace): ReadonlyMap<string, number> {
  const accepts = trace.calls.filter(({ call, remote }) => call === "accept4" && remote !== null).reverse();
  return new Map(accepts.map(({ remote, at }) => [remote ?? "", at]));
}

/** The events of a trace, in order, with an end. */
export function timelineOf(scenario: Scenario, trace: Trace): ServerEvent[] {
  const accepted = acceptTimes(trace);
  const isListeners = (peer: string, at: number) => at < (accepted.get(peer) ?? Number.POSITIVE_INFINITY);
  const doneAt = new Map(trace.samples.map(({ afterPacket, at }) => [afterPacket, at]));
  const events = [
    ...trace.packets.flatMap((packet) =>
      clientNameOf(scenario, packet.from) === null
        ? answerEvent(packet, isListeners)
        : arrivalEvent(packet, doneAt.get(packet.number)),
    ),
    ...trace.calls
      .filter(({ host }) => host === "server")
      .map((call) => ({ kind: "call" as const, at: call.at, call })),
    ...trace.samples.map((sample) => ({ kind: "sample" as const, at: sample.at, sample })),
    ...looksAt(scenario, trace),
  ].sort((a, b) => a.at - b.at);
  return [...events, { kind: "end", at: events.at(-1)?.at ?? 0 }];
}

/** Whose handshakes the server's socket table showed half-open, also at a listener that is closed. */
function looksAt({ lookAtMs }: Scenario, { sockets }: Trace): ServerEvent[] {
  if (lookAtMs.length === 0) return [];
  const moments = [...new Set(sockets.map(({ at }) => at))];
  return moments.map((at) => {
    const rows = sockets.filter((row) => row.at === at && row.host === "server" && row.state === "SYN_RECV");
    return { kind: "look", at, halfOpen: rows.map(({ remote }) => remote).sort((a, b) => (a < b ? -1 : 1)) };
  });
}

/** The look at the queues that follows a packet is taken as soon as it is handed over. */
function arrivalEvent(packet: TracePacket, doneAt: number | undefined): ServerEvent[] {
  const { arrivedAt: at } = packet;
  return at === null ? [] : [{ kind: "arrival", at, doneAt: Math.max(at, doneAt ?? at), packet }];
}

function answerEvent(packet: TracePacket, isListeners: (peer: string, at: number) => boolean): ServerEvent[] {
  const isReset = packet.flags.includes("R") && isListeners(packet.to, packet.at);
  return packet.flags === "S." || isReset ? [{ kind: "answer", at: packet.at, packet }] : [];
}
