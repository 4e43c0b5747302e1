/**
 * A listener that was closed and opened anew while it was watched.
 *
 * @module
 */

import { count } from "../../count.ts";
import type { Finding, Severity } from "../../finding.ts";
import type { ComingsFacts } from "../../listener/course/course-facts.ts";
import type { ListenerFacts, LiveFacts } from "../../listener/facts.ts";
import { placeText, timeText } from "../listeners/finding-words.ts";
import { makeFinding } from "../listeners/make-finding.ts";
import { shellLine } from "../remedies/shell-line.ts";
import { sysctlLines } from "../remedies/sysctl-remedy.ts";

/** A warning where somebody was harmed, information otherwise. */
export function listenerComesAndGoes(facts: LiveFacts): Finding | null {
  const { listener, course, members } = facts;
  const comings = course?.comings ?? null;
  // It is the address that is told of, once.
  if (comings === null || (members.length > 1 && members[0] !== listener)) return null;
  return makeFinding("listener-comes-and-goes", {
    severity: severityOf(comings),
    title: titleOf(listener, comings),
    evidence: `in ${timeText(comings.durationMs)} ${count(comings.closed, "listener")} closed and ${comings.opened} opened; a client that comes while there is none is told "connection refused", and one that waits when it closes is reset`,
    remedy: [...reasonLines(listener, comings), ...(comings.lostWaiting > 0 ? migrateLines(facts) : [])],
  });
}

/** Again and again, with nobody there in between, is a server that crashes. */
function severityOf({ closed, lostWaiting, absentMs }: ComingsFacts): Severity {
  if (closed > 1 && absentMs > 0) return "critical";
  return lostWaiting > 0 || absentMs > 0 ? "warning" : "info";
}

function titleOf(
  listener: ListenerFacts,
  { closed, opened, lostWaiting, absentMs, durationMs }: ComingsFacts,
): string {
  const anew = listener.group === null ? "closed" : "left by members of its reuseport group";
  const absent = absentMs > 0 ? `; nobody listened for ${timeText(absentMs)} of ${timeText(durationMs)}` : "";
  const lost = lostWaiting > 0 ? `; about ${count(lostWaiting, "waiting client")} lost` : "";
  return `${upperFirst(placeText(listener))} was ${anew} ${count(closed, "time")} and opened ${count(opened, "time")}${lost}${absent}.`;
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function reasonLines({ container, group }: ListenerFacts, { absentMs }: ComingsFacts): string[] {
  if (group !== null && absentMs === 0)
    return ["let a worker that leaves stop taking new ones and empty its queue first, and leave one by one"];
  if (container?.runtime === "systemd")
    return [
      shellLine(`journalctl -u ${container.id} -n 50 --no-pager`, "why it ends and is started again"),
      "or let systemd open the listener (a .socket unit): then clients wait while the service is started",
    ];
  return [
    "see why it ends: its own log, the exit code that its supervisor notes, kubectl logs --previous",
    shellLine("dmesg | grep -iE 'killed process|segfault' | tail", "whether the kernel ended it"),
  ];
}

/** Linux 5.14: a member that closes hands those who wait over to another one. */
function migrateLines(facts: LiveFacts): string[] {
  if (facts.listener.group === null)
    return [
      "with SO_REUSEPORT and tcp_migrate_req = 1 (Linux 5.14) the next process takes over who waits, if it listens before the old one closes",
    ];
  return sysctlLines(facts, "net.ipv4.tcp_migrate_req", 1);
}
