/**
 * What /proc says about a process's control groups; `listener/container-of.ts` reads a container's name out of it.
 *
 * @module
 */
import { decodeName } from "../../../core/wire/name-text.ts";
import { readBytesOrNull } from "./vanishing.ts";

/** The text of /proc/PID/cgroup; null if the process has ended or is not for us. */
export function readCgroup(pid: number): string | null {
  const bytes = readBytesOrNull(`/proc/${pid}/cgroup`);
  return bytes === null ? null : decodeName(bytes);
}
