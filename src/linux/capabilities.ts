/**
 * What this process is allowed to do, by its effective capabilities.
 *
 * @module
 */
import { readFileSync } from "node:fs";

/** Capability numbers. @kernel include/uapi/linux/capability.h CAP_NET_ADMIN v6.18 */
const CAPABILITY = { NET_ADMIN: 12n, NET_RAW: 13n, SYS_ADMIN: 21n } as const;

/** A capability's name, without `CAP_`. */
export type Capability = keyof typeof CAPABILITY;

/** Whether this process has a capability in effect, in its own user namespace. */
export function hasCapability(name: Capability): boolean {
  const match = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync("/proc/self/status", "utf8"));
  if (match === null) return false;
  return ((BigInt(`0x${match[1]}`) >> CAPABILITY[name]) & 1n) === 1n;
}
