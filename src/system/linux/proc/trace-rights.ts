/**
 * What stands between this process and a copy of another's descriptor: the kernel asks for the right to trace that process.
 *
 * @module
 */
import { hasCapability } from "./capabilities.ts";
import { readTextOrNull } from "./vanishing.ts";

/** What is known of it. */
export interface TraceRights {
  /** CAP_SYS_PTRACE in our own user namespace. */
  readonly hasPtrace: boolean;
  /** `kernel.yama.ptrace_scope`; null without Yama. 3 forbids it to everybody until the next boot. */
  readonly yamaScope: number | null;
  /** Whether a seccomp filter is on us, as in a container: it may forbid the calls themselves. */
  readonly isFiltered: boolean;
}

/** Reads it. @kernel kernel/ptrace.c __ptrace_may_access() v6.18 */
export function readTraceRights(): TraceRights {
  const scope = readTextOrNull("/proc/sys/kernel/yama/ptrace_scope");
  const status = readTextOrNull("/proc/self/status") ?? "";
  return {
    hasPtrace: hasCapability("SYS_PTRACE"),
    yamaScope: scope === null ? null : Number(scope),
    isFiltered: /^Seccomp:\s*[12]$/m.test(status),
  };
}
