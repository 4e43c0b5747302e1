/**
 * The process that should accept: out of descriptors, not running, or busy elsewhere.
 *
 * @module
 */
import { count } from "../../count.ts";
import type { Finding } from "../../finding.ts";
import type { ListenerContainer, LiveFacts, OwnerFacts } from "../../listener/facts.ts";
import { fileLimitLines } from "../remedies/file-limit-remedy.ts";
import { acceptFaster } from "../remedies/remedy.ts";
import { shellLine } from "../remedies/shell-line.ts";
import { processText, timeText } from "./finding-words.ts";
import { makeFinding } from "./make-finding.ts";
import { sleepLines, sleepWords } from "./sleep-places.ts";
import { hasStoodStill } from "./standing-still.ts";
import { isStarved, SPINNING_PERCENT, starvedLine, starvedText } from "./starvation.ts";

/** A process keeps a few descriptors for a moment only, so the very last ones count as none. */
const SPARE_FILES = 2;
/** Throttled for longer than this share of the watch. */
const THROTTLED_SHARE = 0.1;

/** At its limit of open files, whatever the queue says: Node.js accepts and closes at once then. */
export function ownerAtFdLimit(facts: LiveFacts): Finding | null {
  const { owner } = facts;
  if (owner === null || owner.openFiles === null || owner.fileLimit === null) return null;
  if (owner.openFiles < owner.fileLimit - SPARE_FILES) return null;
  const { pid } = owner.process;
  const left = Math.max(0, owner.fileLimit - owner.openFiles);
  return makeFinding("owner-at-fd-limit", {
    title: `${processText(owner.process)} has ${owner.openFiles} of ${owner.fileLimit} file descriptors open: accept() ${left === 0 ? "fails" : `has ${left} left`}.`,
    evidence: `/proc/${pid}/fd has ${owner.openFiles} of the ${owner.fileLimit} numbers that the soft limit of open files permits`,
    remedy: [
      ...fileLimitLines(owner, owner.fileLimit, facts),
      shellLine(`ls -l /proc/${pid}/fd | tail -50`, "if the number keeps growing it is a leak: of what"),
    ],
  });
}

/** Stopped, traced, in a disk wait, frozen or throttled, while connections wait. */
export function ownerNotRunning(facts: LiveFacts): Finding | null {
  const { owner, listener, window } = facts;
  if (owner === null || listener.acceptQueue.length === 0) return null;
  const reason = standstill(owner, window?.durationMs ?? null, listener.container);
  if (reason === null) return null;
  const runsNowAndThen = reason.comesAndGoes === true && !hasStoodStill(facts);
  return makeFinding("owner-not-running", {
    title: `${processText(owner.process)} ${reason.words}, so ${runsNowAndThen ? "it accepts late" : "nobody accepts"}.`,
    evidence: reason.evidence,
    remedy: reason.remedy,
  });
}

interface Standstill {
  readonly words: string;
  readonly evidence: string;
  readonly remedy: readonly string[];
  /** Whether it runs in between, and may accept then. */
  readonly comesAndGoes?: boolean;
}

function standstill(
  owner: OwnerFacts,
  durationMs: number | null,
  container: ListenerContainer | null,
): Standstill | null {
  const { pid } = owner.process;
  const state = `the state in /proc/${pid}/stat is ${owner.state}`;
  if (owner.isFrozen === true) return frozen(pid, container);
  if (owner.state === "T") return stopped(owner, state);
  if (owner.state === "t") {
    const remedy = [
      shellLine(`grep TracerPid /proc/${pid}/status`, "end the debugger or strace of that pid"),
    ];
    return { words: "is held by a debugger", evidence: state, remedy };
  }
  if (owner.state === "Z") {
    const remedy = [shellLine("ss -lntp", "find who inherited the listener")];
    return { words: "has ended", evidence: state, remedy };
  }
  if (owner.state === "D" && (owner.cpuPercent ?? 0) < 1) return uninterruptible(owner, state);
  return throttled(owner, durationMs, container);
}

function stopped({ process: { pid }, others }: OwnerFacts, state: string): Standstill {
  const alike = others.filter((other) => other.state === "T");
  const [one] = alike;
  const more =
    alike.length === 1 && one !== undefined ? `is ${processText(one)}` : `are ${alike.length} more`;
  const pids = [pid, ...alike.map((other) => other.pid)].join(" ");
  return {
    words: `is stopped by a signal${alike.length === 0 ? "" : `, as ${more} with this listener`}`,
    evidence: state,
    remedy: [shellLine(`kill -CONT ${pids}`, alike.length === 0 ? "lets it run on" : "lets them run on")],
  };
}

/** In state D, which no signal but SIGKILL ends, if any does. */
function uninterruptible(owner: OwnerFacts, state: string): Standstill {
  const known = sleepWords(owner);
  const look =
    known === null
      ? "what it waits for: a disk or network file system that does not answer, or a frozen control group that is not visible here"
      : "the way to where it waits";
  return {
    words: known ?? "waits without being able to run, for a device most likely",
    evidence: owner.sleepsIn === null ? state : `${state}, in ${owner.sleepsIn}`,
    remedy: [...sleepLines(owner), shellLine(`cat /proc/${owner.process.pid}/stack`, look)],
  };
}

function frozen(pid: number, container: ListenerContainer | null): Standstill {
  return {
    words: "is frozen with its control group",
    evidence: `the control group of process ${pid} is frozen: frozen 1 in its cgroup.events, or FROZEN in its freezer.state (version 1)`,
    remedy: [thawLine(container)],
  };
}

function thawLine(container: ListenerContainer | null): string {
  if (container?.runtime === "docker" || container?.runtime === "podman")
    return shellLine(`${container.runtime} unpause ${container.id}`, "lets it run on");
  if (container?.runtime === "systemd") return shellLine(`systemctl thaw ${container.id}`, "lets it run on");
  return "unpause it where it was paused: docker unpause, systemctl thaw, or 0 in the cgroup.freeze of its control group (version 1: THAWED in its freezer.state)";
}

function throttled(
  { throttledMs, throttledPeriods }: OwnerFacts,
  durationMs: number | null,
  container: ListenerContainer | null,
): Standstill | null {
  if (throttledMs === null || throttledPeriods === null || durationMs === null) return null;
  if (throttledPeriods === 0 || throttledMs < durationMs * THROTTLED_SHARE) return null;
  return {
    comesAndGoes: true,
    // The time is that of all CPUs together, so it can be longer than the watch.
    words: `was throttled in ${count(throttledPeriods, "period")} of its CPU quota within ${timeText(durationMs)}`,
    evidence: `nr_throttled in cpu.stat of its control group rose by ${throttledPeriods}, and its CPUs together stood still for ${timeText(throttledMs)}`,
    remedy: [
      quotaLine(container),
      "or use fewer threads: many threads use up a small quota early in each period",
    ],
  };
}

function quotaLine(container: ListenerContainer | null): string {
  if (container?.runtime === "docker" && container.pod === null)
    return shellLine(`docker update --cpus 2 ${container.id}`, "raises its CPU limit, without a restart");
  if (container?.runtime === "systemd")
    return shellLine(
      `systemctl set-property ${container.id} CPUQuota=200%`,
      "raises its CPU limit, without a restart",
    );
  return "raise or remove its CPU limit (Kubernetes: resources.limits.cpu; docker update --cpus; systemd: CPUQuota=)";
}

/** A thread that wants a whole core while connections wait. Where nobody was taken meanwhile that is why. */
export function ownerSpinning(facts: LiveFacts): Finding | null {
  const { owner, window } = facts;
  if (owner === null || window === null || window.lengthLeast === 0) return null;
  const { busiestThreadPercent: percent, process } = owner;
  const waited = owner.busiestThreadWaitPercent ?? 0;
  if (percent === null || percent + waited < SPINNING_PERCENT) return null;
  const ran = isStarved(owner) ? `that ${starvedText(owner)}` : `at ${Math.round(percent)} % of a core`;
  return makeFinding("owner-spinning", {
    severity: hasStoodStill(facts) ? "critical" : "warning",
    title: `${processText(process)} has a thread ${ran} while connections wait.`,
    evidence: `${owner.threads ?? "?"} threads used ${Math.round(owner.cpuPercent ?? percent)} % of a core together during ${timeText(window.durationMs)}, the busiest waited for a CPU for ${Math.round(waited)} % of it; at least ${window.lengthLeast} waited all the time`,
    remedy: [
      ...(isStarved(owner) ? [starvedLine()] : []),
      shellLine(`top -b -n 1 -H -p ${process.pid}`, "which thread computes; perf top -p shows what"),
      ...acceptFaster(facts),
    ],
  });
}
