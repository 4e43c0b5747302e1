/**
 * Events, packets and what the model did, in words: for a mismatch and its listing.
 *
 * @module
 */
import type { Effects, ModelSegment } from "../../../model/index.ts";
import type { TraceCall, TracePacket } from "../../../trace/index.ts";
import { formatTcpFlags } from "../../../wire/packet/tcp-flags.ts";
import type { ServerEvent } from "./timeline.ts";

/** Where in a recording something happened. */
export function describeEvent(event: ServerEvent): string {
  const at = `${event.at.toFixed(1)} ms`;
  switch (event.kind) {
    case "look":
      return `a look at the socket table at ${at}`;
    case "end":
      return `the counters at the end, ${at}`;
    case "call":
      return `${event.call.actor}: ${describeCall(event.call)} at ${at}`;
    case "sample":
      return `a look at the queues at ${at}`;
    default:
      return `packet ${event.packet.number}, [${event.packet.flags}] from ${event.packet.from}, at ${at}`;
  }
}

/** A call without its result. */
export function describeCall({ call, argument }: TraceCall): string {
  return `${call}(${argument ?? ""})`;
}

/** A packet that the server sent. */
export function describePacket({ flags, to, seq, ack }: TracePacket): string {
  return `[${flags}] to ${to}, seq ${seq}, ack ${ack ?? "none"}`;
}

/** A segment that the model sends. */
export function describeSegment({ flags, to, seq, ack }: ModelSegment): string {
  return `[${formatTcpFlags(flags)}] to ${to}, seq ${seq}, ack ${ack}`;
}

/** What an event did in the model. */
export function describeEffects({ sent, queued, freed, refused }: Effects): string {
  const words = [
    ...sent.map(({ segment }) => `sends ${describeSegment(segment)}`),
    ...queued.map(({ peer }) => `${peer} into the accept queue`),
    ...freed.map(({ peer, why }) => `the request of ${peer} ends: ${why}`),
    ...refused.map(({ what, why }) => `refuses the ${what}: ${why}`),
  ];
  return words.length === 0 ? "nothing to see" : words.join("; ");
}
