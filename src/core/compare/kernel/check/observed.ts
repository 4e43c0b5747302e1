/**
 * What only the trace knows and the model must be told: the server's random numbers, and the member of a SO_REUSEPORT group
 * that a client was hashed to. It looks ahead in the recording; it judges nothing.
 *
 * @module
 */
import type { HostDependencies, ModelSegment, Request } from "../../../model/index.ts";
import type { QueueSample, Trace, TracePacket } from "../../../trace/index.ts";
import { seqAdd } from "../../../wire/packet/sequence.ts";
import { ANSWER_WITHIN_MS, CLOCKS_APART_MS } from "./tolerance.ts";

/** A recording as a source of what is random in it. */
export class Observed implements HostDependencies {
  /** The time of the event that the model is given: when it began and when it was over. */
  now: { readonly fromMs: number; readonly toMs: number } = { fromMs: 0, toMs: 0 };
  readonly #synAcks = new Map<string, TracePacket[]>();
  readonly #members: ReadonlyMap<string, string>;

  constructor(trace: Trace) {
    this.#members = membersOf(trace);
    for (const packet of trace.packets) {
      if (packet.flags !== "S.") continue;
      const known = this.#synAcks.get(packet.to) ?? [];
      known.push(packet);
      this.#synAcks.set(packet.to, known);
    }
  }

  /** The number in the SYN+ACK that was seen right after the SYN and answers it; 0 if there was none. */
  readonly initialSequence = (syn: ModelSegment): number => {
    const { fromMs, toMs } = this.now;
    const known = this.#synAcks.get(String(syn.from))?.filter(({ ack }) => isAnswerTo(syn, ack)) ?? [];
    const between = (sinceMs: number, untilMs: number) =>
      known.find(({ at }) => at >= sinceMs && at <= untilMs);
    const answer = between(fromMs, toMs + ANSWER_WITHIN_MS) ?? between(fromMs - CLOCKS_APART_MS, fromMs);
    return answer?.seq ?? 0;
  };

  readonly chooseMember = ({ from }: ModelSegment, members: readonly string[]): string =>
    this.#members.get(String(from)) ?? members[0] ?? "";

  /** Whether a SYN+ACK with that number was seen in that time. */
  hasSynAck({ peer, sntIsn }: Readonly<Request>, fromMs: number, toMs: number): boolean {
    const known = this.#synAcks.get(String(peer)) ?? [];
    return known.some(({ at, seq }) => at >= fromMs && at <= toMs && seq === sntIsn);
  }

  /** Whether a SYN+ACK with that number was seen soon after this moment. */
  hasAnswerTo(request: Readonly<Request>, atMs: number): boolean {
    return this.hasSynAck(request, atMs - CLOCKS_APART_MS, atMs + ANSWER_WITHIN_MS);
  }
}

/** A SYN+ACK acknowledges the SYN, and with Fast Open what came with it. */
function isAnswerTo({ seq, length }: ModelSegment, ack: number | null): boolean {
  return ack === seqAdd(seq, 1) || ack === seqAdd(seq, 1 + length);
}

/** Which listener each client met: the one that accepted it, else the one whose numbers its packets changed. */
function membersOf(trace: Trace): Map<string, string> {
  const members = new Map<string, string>();
  for (const { call, actor, remote } of trace.calls)
    if (call === "accept4" && remote !== null) members.set(remote, actor);
  const senders = new Map(trace.packets.map(({ number, from }) => [number, from]));
  const latest = new Map<string, QueueSample>();
  for (const sample of trace.samples) {
    const before = latest.get(sample.listener);
    const sender = senders.get(sample.afterPacket ?? 0);
    latest.set(sample.listener, sample);
    if (before === undefined || sender === undefined || members.has(sender)) continue;
    const hasChanged = sample.acceptQueue > before.acceptQueue || (sample.drops ?? 0) > (before.drops ?? 0);
    if (hasChanged) members.set(sender, sample.listener);
  }
  return members;
}
