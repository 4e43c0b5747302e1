/**
 * How a process fares: its state, its descriptors, its CPU time by thread. Reads /proc only; nothing is attached to it.
 *
 * @module
 */
import { listOrNull, readTextOrNull } from "./vanishing.ts";

/** Ticks of the times in /proc/PID/stat per second: the same on every architecture that Linux runs Node on. */
const TICKS_PER_SECOND = 100;
const TICK_MS = 1000 / TICKS_PER_SECOND;

/** What /proc says at one moment. What cannot be read is null. */
export interface ProcessState {
  /** The kernel's letter: R, S, D, T, t, Z. */
  readonly state: string | null;
  /** CPU time used by all threads so far. */
  readonly cpuMs: number | null;
  /** The same of each thread, by its id. */
  readonly threadCpuMs: ReadonlyMap<number, number>;
  readonly openFiles: number | null;
  /** The soft RLIMIT_NOFILE; null for unlimited or unknown. */
  readonly fileLimit: number | null;
  /** For how long it has been running. */
  readonly ageMs: number | null;
}

/** Looks at a process. */
export function readProcessState(pid: number): ProcessState {
  const stat = parseStat(readTextOrNull(`/proc/${pid}/stat`) ?? "");
  const startedMs = stat === null ? null : stat.startedTicks * TICK_MS;
  const upMs = Number((readTextOrNull("/proc/uptime") ?? "").split(" ")[0]) * 1000;
  return {
    state: stat?.state ?? null,
    cpuMs: stat === null ? null : stat.cpuTicks * TICK_MS,
    threadCpuMs: readThreads(pid),
    openFiles: listOrNull(`/proc/${pid}/fd`)?.length ?? null,
    fileLimit: parseFileLimit(readTextOrNull(`/proc/${pid}/limits`) ?? ""),
    ageMs: startedMs === null || Number.isNaN(upMs) ? null : upMs - startedMs,
  };
}

function readThreads(pid: number): Map<number, number> {
  const times = new Map<number, number>();
  for (const thread of listOrNull(`/proc/${pid}/task`) ?? []) {
    const stat = parseStat(readTextOrNull(`/proc/${pid}/task/${thread}/stat`) ?? "");
    if (stat !== null) times.set(Number(thread), stat.cpuTicks * TICK_MS);
  }
  return times;
}

/** The numbers of /proc/PID/stat that matter. */
export interface StatLine {
  readonly state: string;
  readonly cpuTicks: number;
  readonly startedTicks: number;
}

/**
 * Reads the line. The second field, the name, stands in brackets and may itself hold brackets and blanks.
 *
 * @kernel fs/proc/array.c do_task_stat() v6.18
 */
export function parseStat(line: string): StatLine | null {
  const end = line.lastIndexOf(")");
  if (end === -1) return null;
  const fields = line.slice(end + 2).split(" ");
  const [state = ""] = fields;
  const [user, system, started] = [fields[11], fields[12], fields[19]].map(Number);
  if (user === undefined || system === undefined || started === undefined) return null;
  if (![user, system, started].every(Number.isFinite)) return null;
  return { state, cpuTicks: user + system, startedTicks: started };
}

/** The soft limit of open files in /proc/PID/limits; null for unlimited. */
export function parseFileLimit(text: string): number | null {
  const match = /^Max open files\s+(\d+)/m.exec(text);
  return match === null ? null : Number(match[1]);
}
