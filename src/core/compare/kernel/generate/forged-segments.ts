/**
 * The theme of segments that no client would send: copies of true ones with other numbers or flags.
 *
 * @module
 */
import type { WireRule } from "../../../scenario/index.ts";
import type { Forgery } from "../../../wire/packet/forge-tcp.ts";
import type { Choices } from "../random.ts";
import { acceptCalls, addClients, addListener, type Draft, rule } from "./draft.ts";

/** Packets with other numbers or flags, at a listener that keeps a request, has no room, or sent a cookie. */
export function fillForged(draft: Draft, choose: Choices): void {
  const backlog = choose.whole(0, 2);
  draft.sysctls["net.ipv4.tcp_syncookies"] = choose.pick([0, 1, 2]);
  draft.sysctls["net.ipv4.tcp_abort_on_overflow"] = choose.pick([0, 0, 1]);
  draft.sysctls["net.ipv4.tcp_synack_retries"] = choose.whole(2, 5);
  addListener(draft, backlog, { calls: acceptCalls(choose, 1500, draft.durationMs - 200, 2) });
  const clients = addClients(draft, choose, { count: choose.whole(1, backlog + 3), atMs: 20 });
  for (const { name: client } of clients) {
    draft.rules.push(choose.chance(0.5) ? forgedSyn(choose, client) : forgedAck(choose, client));
    // No true ACK, so that what is forged meets the request.
    draft.rules.push(rule({ from: "client", client, flags: "." }));
  }
}

/** After the SYN a copy of it as something that no client would send. */
function forgedSyn(choose: Choices, client: string): WireRule {
  const [near, far] = distances(choose);
  const forgery = choose.pick<Forgery>([
    // Two of them twice, so that each rule about a request decides often enough.
    { seqBy: near, ackBy: 0, flags: "S" },
    { seqBy: near, ackBy: 0, flags: "S" },
    { seqBy: far, ackBy: 0, flags: choose.pick(["S", "F"]) },
    { seqBy: choose.pick([1, 1, near]), ackBy: 0, flags: choose.pick(["R", "F", "none", "none"]) },
    { seqBy: choose.pick([1, 1, near]), ackBy: 0, flags: choose.pick(["R", "F", "none", "none"]) },
  ]);
  const byMs = choose.whole(3, 50) * 10 + 5;
  return rule({ from: "client", client, flags: "S", nth: 1, action: "forge", byMs, forgery });
}

/** Instead of the final ACK one with a wrong number. */
function forgedAck(choose: Choices, client: string): WireRule {
  const [near, far] = distances(choose);
  const forgery = choose.pick<Forgery>([
    { seqBy: choose.pick([-1, far, -near]), ackBy: 0, flags: choose.pick([".", "P.", "R", "R."]) },
    { seqBy: 0, ackBy: choose.pick([1, -1, 2, 4, -4, near, -far]), flags: choose.pick([".", "F."]) },
    { seqBy: near, ackBy: choose.pick([0, near]), flags: choose.pick([".", "R", "R."]) },
  ]);
  const byMs = choose.whole(0, 20) * 10;
  return rule({ from: "client", client, flags: ".", nth: 1, action: "replace", byMs, forgery });
}

/** Sequence numbers that lie in a request's window, and beyond it. */
function distances(choose: Choices): [number, number] {
  return [choose.whole(1, 60_000), choose.whole(70_000, 1_000_000_000)];
}
