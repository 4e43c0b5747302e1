/**
 * Whether a copy of another process's descriptor can be had: tried on this process, which shows that the kernel has the calls and
 * no filter forbids them. The right to another process is said beside it.
 *
 * @module
 */
import { closeSync, openSync } from "node:fs";
import process from "node:process";
import { readTraceRights } from "../../linux/proc/trace-rights.ts";
import { withCopiedDescriptor } from "../../linux/process/copied-descriptor.ts";
import { attempt, no, type Probed } from "./probe-answer.ts";

/** Tries. */
export function probeCopiedDescriptor(): Probed {
  const tried = attempt(() => {
    const file = openSync("/dev/null", "r");
    try {
      withCopiedDescriptor(process.pid, file, () => null);
      return null;
    } finally {
      closeSync(file);
    }
  });
  if (tried.answer !== "yes") return tried;
  const { hasPtrace, yamaScope } = readTraceRights();
  if (yamaScope === 3) return no("kernel.yama.ptrace_scope is 3");
  return hasPtrace ? tried : no("CAP_SYS_PTRACE is missing: listeners of other users cannot be raised");
}
