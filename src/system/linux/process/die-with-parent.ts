/**
 * A child that must not outlive its parent, however the parent ends.
 *
 * @module
 */
import { checked } from "../ffi/check.ts";
import { libc } from "../ffi/libc.ts";

const PR_SET_PDEATHSIG = 1;
const SIGKILL = 9;

/** Has the kernel kill this process when the parent is gone. Returns false if the parent is gone already. */
export function dieWithParent(parentPid: number): boolean {
  checked("prctl", libc.prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0));
  // The parent may have died before the call above; then nobody would be left to die with.
  return process.ppid === parentPid;
}
