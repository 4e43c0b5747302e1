/**
 * How a process fares: its state, its descriptors, its CPU time by thread. Reads /proc only; nothing is attached to it.
 *
 * @module
 */
import type { ProcessState, ThreadTimes } from "../../../core/listener/owner-reading.ts";
import { folderOfProcess } from "./living-thread.ts";
import { listOrNull, readTextOrNull, sizeOrNull } from "./vanishing.ts";

/** Ticks of the times in /proc/PID/stat per second: the same on every architecture that Linux runs Node on. */
const TICKS_PER_SECOND = 100;
const TICK_MS = 1000 / TICKS_PER_SECOND;

/** Looks at a process. */
export function readProcessState(pid: number): ProcessState {
  const threads = readThreads(pid);
  const stat = parseStat(readTextOrNull(`/proc/${pid}/stat`) ?? "");
  const living = folderOfProcess(pid, stat?.state ?? null);
  const limits = parseFileLimits(readTextOrNull(`/proc/${pid}/limits`) ?? "");
  const startedMs = stat === null ? null : stat.startedTicks * TICK_MS;
  const upMs = Number((readTextOrNull("/proc/uptime") ?? "").split(" ")[0]) * 1000;
  return {
    state: stateIn(living),
    cpuMs: stat === null ? null : stat.cpuTicks * TICK_MS,
    endedChildrenCpuMs: stat === null ? null : stat.endedChildrenTicks * TICK_MS,
    threads,
    openFiles: countOpenFiles(living, limits.soft),
    fileLimit: limits.soft,
    hardFileLimit: limits.hard,
    sleepsIn: parseWchan(readTextOrNull(`${living}/wchan`) ?? ""),
    ageMs: startedMs === null || Number.isNaN(upMs) ? null : upMs - startedMs,
  };
}

/**
 * Descriptors whose number is below the soft limit; null where they are hidden. Since Linux 6.2 the folder's size is how many there are,
 * which is all of it where the table of descriptors ends below the limit: a server with thousands need not be listed.
 *
 * @kernel fs/proc/fd.c proc_fd_getattr() v6.2
 */
function countOpenFiles(folder: string, softLimit: number | null): number | null {
  const size = sizeOrNull(`${folder}/fd`) ?? 0;
  if (size > 0 && (softLimit === null || tableSize(folder) <= softLimit)) return size;
  return listOrNull(`${folder}/fd`)?.filter((fd) => Number(fd) < (softLimit ?? Infinity)).length ?? null;
}

/** No descriptor's number is as high. */
function tableSize(folder: string): number {
  const [, slots] = /^FDSize:\s*(\d+)$/m.exec(readTextOrNull(`${folder}/status`) ?? "") ?? [];
  return slots === undefined ? Infinity : Number(slots);
}

/** The kernel's letter for the state of a thread or process, by its folder in /proc; null where it has ended. */
export function stateIn(folder: string): string | null {
  return parseStat(readTextOrNull(`${folder}/stat`) ?? "")?.state ?? null;
}

function readThreads(pid: number): Map<number, ThreadTimes> {
  const threads = new Map<number, ThreadTimes>();
  for (const thread of listOrNull(`/proc/${pid}/task`) ?? []) {
    const folder = `/proc/${pid}/task/${thread}`;
    const times =
      parseSchedstat(readTextOrNull(`${folder}/schedstat`) ?? "") ??
      ticksOf(readTextOrNull(`${folder}/stat`) ?? "");
    if (times !== null) threads.set(Number(thread), times);
  }
  return threads;
}

/**
 * Reads /proc/PID/task/TID/schedstat: nanoseconds on a CPU, nanoseconds waiting for one, and how often it got one. Null where
 * the kernel was built without it; a thread that has never run is none that is looked at.
 *
 * @kernel fs/proc/base.c proc_pid_schedstat() v6.18
 */
export function parseSchedstat(text: string): ThreadTimes | null {
  const [ran, waited, slices] = text.trim().split(" ").map(Number);
  if (ran === undefined || waited === undefined || slices === undefined || slices === 0) return null;
  return { ranMs: ran / 1e6, waitedMs: waited / 1e6 };
}

function ticksOf(line: string): ThreadTimes | null {
  const stat = parseStat(line);
  return stat === null ? null : { ranMs: stat.cpuTicks * TICK_MS, waitedMs: null };
}

/** The numbers of /proc/PID/stat that matter. */
export interface StatLine {
  readonly state: string;
  readonly cpuTicks: number;
  /** Of the children whose end it has waited for. */
  readonly endedChildrenTicks: number;
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
  const numbers = [11, 12, 13, 14, 19].map((at) => Number(fields[at]));
  const [user = 0, system = 0, childrenUser = 0, childrenSystem = 0, started = 0] = numbers;
  if (!numbers.every(Number.isFinite)) return null;
  return {
    state,
    cpuTicks: user + system,
    endedChildrenTicks: childrenUser + childrenSystem,
    startedTicks: started,
  };
}

/** The limits of open files in /proc/PID/limits; null for unlimited. */
export function parseFileLimits(text: string): {
  readonly soft: number | null;
  readonly hard: number | null;
} {
  const [, soft, hard] = /^Max open files\s+(\S+)\s+(\S+)/m.exec(text) ?? [];
  const number = (word: string | undefined): number | null =>
    word !== undefined && /^\d+$/.test(word) ? Number(word) : null;
  return { soft: number(soft), hard: number(hard) };
}

/** What /proc/PID/wchan says; "0" is a process that does not sleep, or one whose secrets this user may not read. */
export function parseWchan(text: string): string | null {
  const name = text.trim();
  return name === "" || name === "0" ? null : name;
}
