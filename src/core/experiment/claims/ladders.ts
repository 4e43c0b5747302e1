/**
 * Claims about what is sent again and when: the client's SYN and the server's SYN+ACK, to the last time.
 *
 * @module
 */
import type { TracePacket } from "../../trace/index.ts";
import { conclude, filterFor, notSeen } from "../conclude-claim.ts";
import type { Claim } from "../experiment.ts";
import { fitsTimer, ladderProblems, SYN_ACK_LADDER_MS, synSchedule } from "../timing.ts";
import type { TraceView } from "../trace-view.ts";

const inSeconds = (ms: number) => (ms / 1000).toFixed(2);

/** The SYN+ACK to a client comes again tcp_synack_retries times, and then no more. */
export function synAckLadder(id: string, client: string): Claim {
  return { id, check: (view) => checkSynAcks(view, client) };
}

function checkSynAcks(view: TraceView, client: string) {
  const retries = view.trace.sysctls["net.ipv4.tcp_synack_retries"] ?? 5;
  const text = `The SYN+ACK to ${client} comes again after about ${SYN_ACK_LADDER_MS.slice(0, retries)
    .map((ms) => ms / 1000)
    .join(", ")} s, ${retries} times (tcp_synack_retries), and never after.`;
  const handshake = view.handshakeOf(client);
  if (handshake === null) return notSeen(text, "its connection is not in the trace");
  const [first, ...again] = handshake.synAcks;
  const syn = handshake.syns[0];
  const times = again.map((packet) => packet.at - (first?.at ?? 0));
  const problems = ladderProblems(
    "the SYN+ACK",
    times,
    SYN_ACK_LADDER_MS.slice(0, retries),
    view.scenario.durationMs,
  );
  return conclude(text, {
    facts: [`seen after ${times.map(inSeconds).join(", ")} s`],
    packets: handshake.synAcks,
    filter: filterFor(handshake.client),
    checks: [
      [again.length === retries, `it came again ${again.length} times`],
      [isAtOnce(syn, first), "the first does not follow the SYN at once"],
      ...problems.map((problem) => [false, problem] as const),
    ],
  });
}

function isAtOnce(packet: TracePacket | undefined, answer: TracePacket | undefined): boolean {
  if (packet?.arrivedAt == null || answer === undefined) return false;
  return answer.at >= packet.arrivedAt && answer.at - packet.arrivedAt < 15;
}

/** The SYN of a client that nobody answers comes again as often as the sysctls say, and then connect() fails. */
export function synLadder(id: string, client: string): Claim {
  return { id, check: (view) => checkSyns(view, client) };
}

function checkSyns(view: TraceView, client: string) {
  const retries = view.trace.sysctls["net.ipv4.tcp_syn_retries"] ?? 6;
  const linear = view.trace.sysctls["net.ipv4.tcp_syn_linear_timeouts"] ?? 0;
  const { timesMs: times, givesUpMs } = synSchedule(retries, linear);
  const text = `${client} sends its SYN again after about ${times.map((ms) => ms / 1000).join(", ")} s (tcp_syn_retries ${retries}, tcp_syn_linear_timeouts ${linear}), and connect() gives up after about ${givesUpMs / 1000} s with ETIMEDOUT.`;
  const connect = view.callsOf(client, "connect")[0];
  const ended = view.callsOf(client, "SO_ERROR")[0];
  const syns = view.handshakeOf(client)?.syns ?? [];
  if (connect === undefined) return notSeen(text, "its connect() is not in the trace");
  const seen = syns.slice(1).map((syn) => syn.at - connect.at);
  const problems = ladderProblems("the SYN", seen, times, view.scenario.durationMs);
  const endMs = (ended?.at ?? 0) - connect.at;
  return conclude(text, {
    facts: [`seen after ${seen.map(inSeconds).join(", ")} s, ETIMEDOUT after ${inSeconds(endMs)} s`],
    packets: syns,
    calls: ended === undefined ? [connect] : [connect, ended],
    filter: filterFor(syns[0]?.from ?? ""),
    checks: [
      [Math.abs((syns[0]?.at ?? 0) - connect.at) < 15, "its first SYN is not in the trace"],
      [seen.length === times.length, `it was sent again ${seen.length} times`],
      ...problems.map((problem) => [false, problem] as const),
      [ended?.result === "ETIMEDOUT", `connect() ended with ${ended?.result ?? "nothing"}`],
      [fitsTimer(endMs, givesUpMs), `connect() gave up after ${inSeconds(endMs)} s`],
    ],
  });
}
