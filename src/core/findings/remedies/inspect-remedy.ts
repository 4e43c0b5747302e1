/**
 * How to see what a process waits for. Pure.
 *
 * @module
 */
import type { ListenerProcess } from "../../listener/facts.ts";
import { isNodeProcess } from "../../listener/software/runtimes.ts";
import { shellLine } from "./shell-line.ts";

/** Lines that show what it waits for. */
export function inspectLines({ pid, name }: Pick<ListenerProcess, "pid" | "name">): string[] {
  return [
    shellLine(`head /proc/${pid}/task/*/wchan`, "in which kernel function each of its threads waits"),
    shellLine(`timeout 5 strace -f -p ${pid}`, "in which call, and for which descriptor"),
    ...runtimeLines(pid, name),
  ];
}

function runtimeLines(pid: number, name: string): string[] {
  if (name === "java") return [shellLine(`jstack ${pid}`, "where its threads are")];
  if (/^(python|gunicorn|uvicorn)/.test(name))
    return [shellLine(`py-spy dump --pid ${pid}`, "where its threads are (pip install py-spy)")];
  if (isNodeProcess(name))
    return [shellLine(`kill -USR1 ${pid} && node inspect -p ${pid}`, "where its event loop stands")];
  return [];
}
