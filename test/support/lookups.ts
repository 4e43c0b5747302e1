/**
 * Lookups in a recorded trace, for tests that ask "what did the kernel do".
 *
 * @module
 */
import type { QueueSample, Trace, TraceCall, TracePacket } from "../../src/core/trace/index.ts";

/** The only item of a list. */
export function theOne<T>(items: readonly T[]): T {
  const [item] = items;
  if (item === undefined || items.length > 1) throw new Error(`expected one item, got ${items.length}`);
  return item;
}

/** The packets of one client, by its place in the scenario counted from 1. */
export function packetsOf(trace: Trace, client: number): TracePacket[] {
  const port = `:${40_000 + client}`;
  return trace.packets.filter((packet) => packet.from.endsWith(port) || packet.to.endsWith(port));
}

/** One line for a packet: who sent it, its flags, its payload, and whether it was lost. */
export function sketch(packet: TracePacket): string {
  const place = Number(packet.from.slice(packet.from.lastIndexOf(":") + 1)) - 40_000;
  const sender = place > 0 ? `client ${place}` : "server";
  return `${sender} ${packet.flags}${packet.length > 0 ? ` ${packet.length}` : ""}${packet.arrivedAt === null ? " lost" : ""}`;
}

/** The last sample of a listener before a moment. */
export function sampleBefore(trace: Trace, at: number, listener = "listener"): QueueSample {
  const sample = trace.samples.filter((each) => each.listener === listener && each.at < at).at(-1);
  if (sample === undefined) throw new Error(`no sample of ${listener} before ${at} ms`);
  return sample;
}

/** The sample that was taken right after a call. */
export function sampleAfter(trace: Trace, call: TraceCall, listener = "listener"): QueueSample {
  const sample = trace.samples.find((each) => each.listener === listener && each.afterCall === call.number);
  if (sample === undefined) throw new Error(`no sample of ${listener} after call ${call.number}`);
  return sample;
}

/** The calls of an actor by name. */
export function callsOf(trace: Trace, actor: string, call: string): TraceCall[] {
  return trace.calls.filter((each) => each.actor === actor && each.call === call);
}

/** The moment at which the server's end saw a packet; for one that was lost on its way there, when it would have. */
export function seenAt(packet: TracePacket, delayMs: number): number {
  const isFromClient = /:4\d{4}$/.test(packet.from);
  return isFromClient ? (packet.arrivedAt ?? packet.at + delayMs) : packet.at;
}
