/**
 * Connections wait and nobody takes them: because the process does not, or because there is none.
 *
 * @module
 */
import type { Finding } from "../finding.ts";
import type { ListenerProcess, LiveFacts } from "./facts.ts";
import { makeFinding } from "./make-finding.ts";
import { acceptFaster } from "./remedy.ts";
import { count, processText, timeText } from "./words.ts";

/** A watch shorter than this proves nothing: a busy server may take that long between two accept() calls. */
const LEAST_WATCH_MS = 1_000;
/** A process that has just started is still on its way to accept(). */
const STARTING_MS = 10_000;

/** Not said of PID 1, which waits for the service, nor of a process that is starting. */
export function nobodyAccepts(facts: LiveFacts): Finding | null {
  const { listener, window, waiting, owner } = facts;
  if (window === null || window.durationMs < LEAST_WATCH_MS || window.lengthLeast === 0) return null;
  if (listener.process === null || listener.process.pid === 1 || isStarting(facts)) return null;
  if (!hasStoodStill(facts)) return null;
  const oldest = waiting?.oldestMs ?? null;
  const age = oldest === null ? "" : `; the oldest has been waiting for ${timeText(oldest)}`;
  const state = owner?.state == null ? "" : `; its state is ${owner.state}`;
  return makeFinding("nobody-accepts", {
    title: `${processText(listener.process)} has not accepted anything for ${timeText(Math.max(oldest ?? 0, window.durationMs))}.`,
    evidence: `${count(window.lengthLeast, "connection")} waited during all of ${timeText(window.durationMs)} and none was taken${age}${state}`,
    samples: [{ lengthFirst: window.lengthFirst, lengthLast: window.lengthLast }],
    remedy: [...inspectLines(listener.process), ...acceptFaster(facts)],
  });
}

/**
 * With the ages: everybody who waited at first still does. Without: the length never fell, and that is only told of a
 * queue with more than one in it, because one that is taken may be replaced between two looks.
 */
function hasStoodStill({ window, waiting }: LiveFacts): boolean {
  if (window === null) return false;
  if (waiting !== null && waiting.stillWaiting !== null)
    return waiting.stillWaiting > 0 && waiting.left === 0;
  return (
    window.lengthLeast > 1 &&
    window.lengthLeast === window.lengthFirst &&
    window.lengthLast >= window.lengthFirst
  );
}

function isStarting({ owner }: LiveFacts): boolean {
  return owner !== null && owner.ageMs !== null && owner.ageMs < STARTING_MS;
}

function inspectLines({ pid, name }: ListenerProcess): string[] {
  if (name === "java") return [`see where its threads are: jstack ${pid}`];
  if (/^python/.test(name)) return [`see where its threads are: py-spy dump --pid ${pid}`];
  return [`see what it is doing: cat /proc/${pid}/wchan; strace -f -p ${pid}`];
}

/** Nobody holds it although all processes were looked at, or only PID 1 does although connections wait. */
export function listenerWithoutAcceptor(facts: LiveFacts): Finding | null {
  const { listener, hiddenProcesses } = facts;
  if (listener.acceptQueue.length === 0) return null;
  if (listener.process === null) {
    return hiddenProcesses > 0 ? null : withoutAcceptor(facts, "no process that is visible here holds it");
  }
  return null;
}

function withoutAcceptor({ listener }: LiveFacts, why: string): Finding {
  return makeFinding("listener-without-acceptor", {
    title: `${count(listener.acceptQueue.length, "connection")} wait at a listener that nobody here holds.`,
    evidence: `${why}; all processes of this PID namespace could be looked at`,
    remedy: [
      "if a server of another PID namespace (a container) owns it, look there; kernel servers such as nfsd have no process at all",
      "otherwise find who keeps the socket alive, for example a descriptor in flight or io_uring: ss -lntp, lsof -i",
    ],
  });
}
