/**
 * Connections wait and nobody takes them: because the process does not, or because there is none.
 *
 * @module
 */

import { count } from "../../count.ts";
import type { Finding } from "../../finding.ts";
import type { OwnClients } from "../../listener/course/course-facts.ts";
import type { ListenerProcess, LiveFacts, OwnerFacts } from "../../listener/facts.ts";
import { findSoftware } from "../../listener/software/find-software.ts";
import { isInit, neverAccepts } from "../../listener/software/process-roles.ts";
import { inspectLines } from "../remedies/inspect-remedy.ts";
import { acceptFaster } from "../remedies/remedy.ts";
import { shellLine } from "../remedies/shell-line.ts";
import { processText, timeText } from "./finding-words.ts";
import { makeFinding } from "./make-finding.ts";
import { sleepLines, sleepWords } from "./sleep-places.ts";
import { hasStoodStill, isStarting } from "./standing-still.ts";

/** Not said of systemd, which waits for the service, nor of a unit that is starting; of a process that nobody here sees, only where it may be another user's. */
export function nobodyAccepts(facts: LiveFacts): Finding | null {
  const { listener, window, waiting, owner, course } = facts;
  if (window === null || !hasStoodStill(facts) || isStarting(facts)) return null;
  if (isWithoutAcceptor(facts)) return null;
  // Of a server that forks its parent holds the listener too, and never accepts.
  const process = owner?.process ?? listener.process;
  const oldest = waiting?.oldestMs ?? null;
  const age = oldest === null ? "" : `; the oldest has been waiting for ${timeText(oldest)}`;
  const sleeps = owner?.sleepsIn == null ? "" : ` in ${owner.sleepsIn}`;
  const state = owner?.state == null ? "" : `; its state is ${owner.state}${sleeps}`;
  const who = process === null ? `The process, which ${whyHidden(facts)},` : processText(process);
  return makeFinding("nobody-accepts", {
    title: `${who} has not accepted anything for ${timeText(Math.max(oldest ?? 0, window.durationMs))}${reasonText(facts)}.`,
    evidence: `${count(window.lengthLeast, "connection")} waited during all of ${timeText(window.durationMs)} and none was taken${age}${state}${endedText(owner)}`,
    samples: [{ lengthFirst: window.lengthFirst, lengthLast: window.lengthLast }],
    remedy: [
      ...ownLines(course?.ownClients ?? null),
      ...endedLines(owner),
      ...sleepLines(owner),
      ...linesFor(facts, process),
      ...acceptFaster(facts),
      ...inheritedLines(process),
    ],
  });
}

/** The surest first: whoever sleeps for a reason of its own does not wait for its connections. */
function reasonText({ owner, course }: LiveFacts): string {
  if (hasLostChildren(owner)) return ": processes that it had started ended meanwhile";
  const words = sleepWords(owner) ?? ownWords(course?.ownClients ?? null, owner);
  return words === null ? "" : `: it ${words}`;
}

function ownWords(own: OwnClients | null, owner: OwnerFacts | null): string | null {
  if (own === null) return null;
  // Of several processes or threads the others may be held by something else.
  const isAlone = owner?.threads === 1 && owner.others.length === 0;
  return `${isAlone ? "waits" : "may wait"} for itself, as ${count(own.connections, "connection")} of ${processText(own.process)} ${own.connections === 1 ? "stands" : "stand"} in this queue`;
}

function ownLines(own: OwnClients | null): string[] {
  return own === null
    ? []
    : [
        "a server that asks itself needs somebody free to answer: more workers than such requests (php -S: PHP_CLI_SERVER_WORKERS=4), or no requests to itself",
      ];
}

/** A parent whose workers end as soon as they are started holds the listener alone, and never accepts. */
function hasLostChildren(owner: OwnerFacts | null): owner is OwnerFacts {
  return (owner?.endedChildrenCpuMs ?? 0) > 0;
}

function endedText(owner: OwnerFacts | null): string {
  if (!hasLostChildren(owner)) return "";
  return `; processes that it had started used ${timeText(owner.endedChildrenCpuMs ?? 0)} of a CPU and ended during the watch`;
}

function endedLines(owner: OwnerFacts | null): string[] {
  if (!hasLostChildren(owner)) return [];
  const { pid } = owner.process;
  return [
    shellLine(
      `ls -l /proc/${pid}/fd/1 /proc/${pid}/fd/2`,
      "where its log goes: if they are its workers, it says why they end",
    ),
  ];
}

function whyHidden({ hiddenProcesses, machine }: LiveFacts): string {
  return hiddenProcesses === 0 && machine?.seesAllProcesses === false
    ? "is not visible in this PID namespace"
    : "this user may not see";
}

function linesFor(facts: LiveFacts, process: ListenerProcess | null): string[] {
  return process === null ? [whereToLook(facts)] : inspectLines(process);
}

function whereToLook(facts: LiveFacts): string {
  if (facts.machine?.seesAllProcesses !== false)
    return shellLine("sudo ss -lntp", "which process it is: this user may not see it");
  return "its holder is not visible here: look from the host, or share the PID namespace (Kubernetes: shareProcessNamespace: true; docker run --pid=container:NAME)";
}

function inheritedLines(process: ListenerProcess | null): string[] {
  if (process === null || findSoftware(process.name) !== null) return [];
  return [
    `if ${processText(process)} is no server, it has inherited descriptor ${process.fd} from one that ended: end it, and let servers open listeners with SOCK_CLOEXEC`,
  ];
}

/** Nobody holds it although all processes were looked at, or only such do as never accept, or only systemd although connections wait. */
export function listenerWithoutAcceptor(facts: LiveFacts): Finding | null {
  if (!isWithoutAcceptor(facts)) return null;
  const { process } = facts.listener;
  if (process === null) return noHolder(facts);
  return isInit(process) ? onlyInit(facts, process) : onlyHeirs(facts, process);
}

/** Whoever takes connections is there, though nobody here sees it: a kernel server, or a process of another PID namespace. */
function isBeingTaken({ window, waiting }: LiveFacts): boolean {
  return window !== null && (window.hasFallen || (waiting?.takenAtLeast ?? 0) > 0);
}

/** One look says it of a listener without a process; of others only a watch in which nobody was taken. */
function isWithoutAcceptor(facts: LiveFacts): boolean {
  const { listener, hiddenProcesses, owner } = facts;
  if (listener.acceptQueue.length === 0) return false;
  if (listener.process === null)
    return hiddenProcesses === 0 && facts.machine?.seesAllProcesses !== false && !isBeingTaken(facts);
  if (owner === null || !hasStoodStill(facts)) return false;
  return [owner.process, ...owner.others].every((holder) => isInit(holder) || neverAccepts(holder));
}

function noHolder({ listener, window }: LiveFacts): Finding {
  return makeFinding("listener-without-acceptor", {
    // One look does not tell whether somebody whom it cannot see accepts.
    severity: window === null ? "info" : "warning",
    title: `${count(listener.acceptQueue.length, "connection")} wait at a listener whose holder is not visible here${window === null ? "" : ", and none was taken"}.`,
    evidence:
      "no process that is visible here holds it; all processes of this PID namespace could be looked at",
    remedy: [
      "if a server of another PID namespace (a container, another container of the pod) owns it, look there or from the host: kubectl debug --target, nsenter; kernel servers such as nfsd have no process at all",
      shellLine(
        `ss -lntpe 'sport = :${listener.port}'`,
        "otherwise find who keeps the socket alive: io_uring, or a descriptor that is on its way",
      ),
    ],
  });
}

function onlyInit({ listener }: LiveFacts, init: ListenerProcess): Finding {
  return makeFinding("listener-without-acceptor", {
    severity: "critical",
    title: `${count(listener.acceptQueue.length, "connection")} wait at a listener that only ${init.name} holds: its service is not there.`,
    evidence: `${processText(init)} alone has the listener (descriptor ${init.fd}), and nobody was taken during the watch`,
    remedy: [
      shellLine(
        `systemctl list-sockets --all --full | grep -F ${listener.port ?? listener.path}`,
        "which service it is; systemctl status says why that does not start",
      ),
    ],
  });
}

function onlyHeirs({ listener, owner }: LiveFacts, process: ListenerProcess): Finding {
  const holders = owner === null ? [process] : [owner.process, ...owner.others];
  return makeFinding("listener-without-acceptor", {
    severity: "critical",
    title: `${count(listener.acceptQueue.length, "connection")} wait at a listener that only ${processText(process)} holds, which never accepts.`,
    evidence: `held by ${holders.map(processText).join(", ")}: no server, so it was inherited from one that has ended; nobody was taken during the watch`,
    remedy: [
      shellLine(
        `kill ${holders.map(({ pid }) => pid).join(" ")}`,
        "ends who keeps it alive; then start the server again",
      ),
      "let the server open its listeners with SOCK_CLOEXEC, so that what it starts does not inherit them (Python: close_fds=True)",
    ],
  });
}
