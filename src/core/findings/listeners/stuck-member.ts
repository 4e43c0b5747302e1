/**
 * A SO_REUSEPORT group of which one member is stuck.
 *
 * @module
 */
import type { Finding } from "../../finding.ts";
import type { ListenerFacts, LiveFacts } from "../../listener/facts.ts";
import { processText, queueText } from "./finding-words.ts";
import { makeFinding } from "./make-finding.ts";
import { hasStoodStill } from "./standing-still.ts";

/** A sibling idles below this share of its capacity. */
const IDLE_SHARE = 0.1;

/** Full, or watched without that anybody was taken, while a sibling has next to nothing in its queue. */
export function reuseportMemberStuck(facts: LiveFacts): Finding | null {
  const { listener, members } = facts;
  if (members.length < 2 || (share(listener) < 1 && !hasStoodStill(facts))) return null;
  const { length } = listener.acceptQueue;
  const idle = members.filter(
    (member) => share(member) <= IDLE_SHARE && member.acceptQueue.length * 2 < length,
  );
  if (idle.length === 0) return null;
  const { pid } = listener.process ?? { pid: "PID" };
  return makeFinding("reuseport-member-stuck", {
    title: `One of ${members.length} reuseport members is stuck at ${queueText(listener.acceptQueue)} while ${idle.length} idle.`,
    evidence: `${processText(listener.process)} has ${queueText(listener.acceptQueue)} waiting; ${idle.map((member) => `${processText(member.process)} ${queueText(member.acceptQueue)}`).join(", ")}`,
    remedy: [
      `restart or unblock that one process (pid ${pid}): a connection that was hashed to it cannot go to a sibling`,
      "if it is draining after a reload: let the old process close its listener first (nginx: worker_shutdown_timeout; HAProxy: hard-stop-after)",
      "net.ipv4.tcp_migrate_req = 1 (Linux 5.14) hands waiting connections over when a member closes, not while it is stuck",
    ],
  });
}

function share({ acceptQueue }: ListenerFacts): number {
  return acceptQueue.length / acceptQueue.capacity;
}
