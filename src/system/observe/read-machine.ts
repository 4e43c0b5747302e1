/**
 * Reads what findings and remedies must know of this machine.
 *
 * @module
 */
import type { MachineFacts } from "../../core/listener/machine-facts.ts";
import { isInFirstPidNamespace } from "../linux/namespace/namespace-list.ts";
import { readKernelIdentity } from "../linux/proc/kernel-identity.ts";
import { readSysctlSettings } from "../linux/proc/sysctl-files.ts";
import { readTextOrNull } from "../linux/proc/vanishing.ts";

/** The sysctls that remedies set. */
const SET_BY_REMEDIES = [
  "net.core.somaxconn",
  "net.ipv4.tcp_max_syn_backlog",
  "net.ipv4.tcp_syncookies",
  "net.ipv4.tcp_abort_on_overflow",
  "net.ipv4.tcp_migrate_req",
] as const;

/** Looks once. */
export function readMachine(): MachineFacts {
  const most = Number(readTextOrNull("/proc/sys/fs/nr_open") ?? Number.NaN);
  return {
    kernelVersion: readKernelIdentity().version,
    seesAllProcesses: isInFirstPidNamespace(),
    sysctlSettings: readSysctlSettings(SET_BY_REMEDIES),
    mostOpenFiles: Number.isNaN(most) ? null : most,
  };
}
