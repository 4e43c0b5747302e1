/**
 * The thread that stands for a process. That is its main thread, unless that one has ended and others go on: then /proc/PID shows a
 * zombie without descriptors, and a living thread shows what the process has and does.
 *
 * @kernel kernel/exit.c do_exit() v6.18
 * @module
 */
import { listOrNull } from "./vanishing.ts";

/** The folder in /proc of a thread that lives while the main one has ended; null where there is none. */
export function livingThread(pid: number): string | null {
  const thread = listOrNull(`/proc/${pid}/task`)?.find((tid) => Number(tid) !== pid);
  return thread === undefined ? null : `/proc/${pid}/task/${thread}`;
}

/** The folder that stands for a process whose main thread is in a state: its own, or that of a thread that lives. */
export function folderOfProcess(pid: number, state: string | null): string {
  return (state === "Z" ? livingThread(pid) : null) ?? `/proc/${pid}`;
}
