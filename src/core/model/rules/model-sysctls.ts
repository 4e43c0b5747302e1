/**
 * The sysctls that the model obeys, by the kernel's names, with each era's defaults.
 *
 * @module
 */
import { UsageError } from "../../errors.ts";
import type { KernelRules } from "./rules.ts";

/** The values in force in one namespace. */
export interface ModelSysctls {
  somaxconn: number;
  maxSynBacklog: number;
  syncookies: number;
  abortOnOverflow: number;
  synackRetries: number;
  synRetries: number;
  synLinearTimeouts: number;
  fastopen: number;
  invalidRatelimitMs: number;
}

/** The kernel's name of each. */
export const SYSCTL_FIELDS: Readonly<Record<string, keyof ModelSysctls>> = {
  "net.core.somaxconn": "somaxconn",
  "net.ipv4.tcp_max_syn_backlog": "maxSynBacklog",
  "net.ipv4.tcp_syncookies": "syncookies",
  "net.ipv4.tcp_abort_on_overflow": "abortOnOverflow",
  "net.ipv4.tcp_synack_retries": "synackRetries",
  "net.ipv4.tcp_syn_retries": "synRetries",
  "net.ipv4.tcp_syn_linear_timeouts": "synLinearTimeouts",
  "net.ipv4.tcp_fastopen": "fastopen",
  "net.ipv4.tcp_invalid_ratelimit": "invalidRatelimitMs",
};

/** What a namespace begins with. tcp_max_syn_backlog depends on the machine's memory: 1024 is the lab's. */
export function defaultSysctls(rules: KernelRules): ModelSysctls {
  return {
    somaxconn: rules.somaxconnDefault,
    maxSynBacklog: 1024,
    syncookies: rules.syncookiesDefault,
    abortOnOverflow: 0,
    synackRetries: 5,
    synRetries: rules.synRetriesDefault,
    synLinearTimeouts: rules.linearTimeoutsDefault,
    fastopen: 1,
    invalidRatelimitMs: 500,
  };
}

/**
 * Sets a sysctl by the kernel's name. One that the model does not obey changes nothing.
 *
 * @throws {UsageError} for a value that the kernel refuses
 */
export function setSysctlOf(sysctls: ModelSysctls, name: string, value: number): void {
  const field = SYSCTL_FIELDS[name];
  if (field === undefined) return;
  if (!Number.isInteger(value) || value < 0 || value > 0x7fffffff)
    throw new UsageError(`${name} must be a whole number from 0 to 2147483647, got ${value}`);
  sysctls[field] = value;
}
