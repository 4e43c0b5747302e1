/**
 * What is to be said about a second listen(): why it does less than was asked for, whether it helps at all, why the kernel refuses
 * it, and how the limit is set for good. Pure.
 *
 * @module
 */
import type { SyscallError } from "../errors.ts";
import type { ListenerFacts, WaitingFacts } from "../listener/facts.ts";
import type { RaiseDecision, RaiseWish } from "../listener/raise/raise-plan.ts";
import { processText, timeText } from "./listeners/finding-words.ts";
import { softwareLines } from "./remedies/remedy.ts";
import { shellLine } from "./remedies/shell-line.ts";
import { type SysctlPlace, sysctlLines } from "./remedies/sysctl-remedy.ts";

/** Sentences, and lines to type. */
export interface RaiseWords {
  readonly notes: readonly string[];
  readonly remedy: readonly string[];
}

const NO_WORDS: RaiseWords = { notes: [], remedy: [] };
/** Most clients have given up after this; as in `limit-too-large`. */
const PATIENCE_MS = 10_000;

/** Why less is done than was asked for; nothing where all of it is. */
export function intentWords(
  place: SysctlPlace,
  { to, decision }: { readonly to: number; readonly decision: RaiseDecision },
): RaiseWords {
  const { listener } = place;
  const present = listener.acceptQueue.limit;
  const { intent, clampedTo } = decision;
  if (intent === "keep")
    return {
      notes: [`the limit is ${present} already, which is more than ${to}`],
      remedy: ["--lower makes it smaller"],
    };
  if (clampedTo === null)
    return intent === "nothing" ? { notes: [`the limit is ${present} already`], remedy: [] } : NO_WORDS;
  const clamp = `net.core.somaxconn is ${clampedTo} in its namespace, and listen() gets no more than that`;
  const note =
    intent === "clamped-away"
      ? `${clamp}: it would lower the limit, which is ${present}, so nothing is done`
      : intent === "nothing"
        ? `${clamp}: the limit is ${present} already`
        : clamp;
  return { notes: [note], remedy: somaxconnFirst(place, to) };
}

/** The sysctl in the namespace as it runs, then the same command again: nothing needs a restart. */
function somaxconnFirst(place: SysctlPlace, to: number): string[] {
  const { process, port } = place.listener;
  const setting = `sysctl -w net.core.somaxconn=${to}`;
  const live =
    place.namespace.self || process === null
      ? []
      : [shellLine(`nsenter -t ${process.pid} -n ${setting}`, "now, in the namespace as it runs")];
  const isSaid = live.length > 0 && place.listener.container === null;
  return [
    ...live,
    ...(isSaid ? [] : sysctlLines(place, "net.core.somaxconn", to)),
    shellLine(`listenq raise ${port} --to ${to}${place.namespace.self ? "" : " --netns all"}`, "then again"),
  ];
}

/** How fast connections are taken, as far as it is known. */
export interface AcceptRate {
  readonly perSecond: number;
  readonly basis: string;
}

/**
 * From who waits: a watch knows how many were taken at least. From one look at a full queue: first in, first out, so as many
 * as wait have come since the oldest did, and as many were taken.
 */
export function acceptRateOf(
  { length, capacity }: ListenerFacts["acceptQueue"],
  waiting: WaitingFacts | null,
  watchedMs: number | null,
): AcceptRate | null {
  if (waiting === null) return null;
  if (watchedMs !== null && waiting.takenAtLeast !== null)
    return {
      perSecond: (waiting.takenAtLeast * 1000) / watchedMs,
      basis: `${waiting.takenAtLeast} were accepted in ${timeText(watchedMs)}`,
    };
  if (length < capacity || waiting.oldestMs === null || waiting.oldestMs === 0) return null;
  return {
    perSecond: (length * 1000) / waiting.oldestMs,
    basis: `the queue is full and the oldest of ${length} has waited for ${timeText(waiting.oldestMs)}, so at most about as many were accepted since`,
  };
}

/** Whether who comes last into a queue of that limit is still there when it is accepted; nothing if so, or if it is not known. */
export function patienceNotes(limit: number, length: number, rate: AcceptRate | null): string[] {
  if (rate === null || length === 0) return [];
  if (rate.perSecond === 0)
    return [
      "nobody was accepted while it was watched: a longer queue lets more clients wait, and serves none of them",
    ];
  const lastWaitsMs = ((limit + 1) * 1000) / rate.perSecond;
  if (lastWaitsMs <= PATIENCE_MS) return [];
  const within = Math.max(1, Math.floor((rate.perSecond * PATIENCE_MS) / 1000));
  return [
    `${rate.basis}: whoever comes last into ${limit + 1} would wait for ${timeText(lastWaitsMs)}, and most clients give up after ${timeText(PATIENCE_MS)}; as many as ${within} are accepted in that time (docs/findings/limit-too-large.md)`,
  ];
}

/** How the limit is kept beyond the next restart. */
export function lastingLines(listener: ListenerFacts, wish: Pick<RaiseWish, "to">): string[] {
  return softwareLines(listener, wish.to);
}

/** What the kernel asks for before it hands out a descriptor. */
export interface TraceObstacles {
  readonly hasPtrace: boolean;
  readonly yamaScope: number | null;
  readonly isFiltered: boolean;
}

/** Why a process's descriptor could not be had, or used. */
export function refusalWords(
  error: SyscallError,
  process: NonNullable<ListenerFacts["process"]>,
  obstacles: TraceObstacles,
): RaiseWords {
  const who = processText(process);
  const { operation, code } = error;
  if (operation.startsWith("pidfd") && code === "ENOSYS")
    return {
      notes: [
        `${operation}: ENOSYS, ${obstacles.isFiltered ? "a seccomp filter or an old kernel forbids it" : "the kernel has no such call"}`,
      ],
      remedy: [
        "pidfd_getfd needs Linux 5.6 or newer",
        ...(obstacles.isFiltered ? ["run listenq outside of the container, on the host"] : []),
      ],
    };
  if (operation.startsWith("pidfd") && (code === "EPERM" || code === "EACCES"))
    return {
      notes: [`${operation}: the kernel does not hand out a descriptor of ${who}`],
      remedy: permitLines(obstacles),
    };
  return { notes: [`${error.message} (${who})`], remedy: [] };
}

function permitLines({ hasPtrace, yamaScope, isFiltered }: TraceObstacles): string[] {
  if (yamaScope === 3)
    return [
      "kernel.yama.ptrace_scope is 3, which forbids it to everybody until the next boot: set the limit in the program instead",
    ];
  const yama = yamaScope !== null && yamaScope > 0 ? `; kernel.yama.ptrace_scope is ${yamaScope}` : "";
  const lines = hasPtrace ? [] : [`run it as root, or with CAP_SYS_PTRACE${yama}`];
  const filter = isFiltered
    ? ["a seccomp filter is on this process: run listenq on the host, outside of the container"]
    : [];
  const rest = [...lines, ...filter];
  if (rest.length > 0) return rest;
  return [
    "a security module (AppArmor, SELinux) or another user namespace forbids it: run listenq on the host as root",
  ];
}
