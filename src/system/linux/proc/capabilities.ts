/**
 * What this process is allowed to do, by its effective capabilities and by the security module that may confine it.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { readTextOrNull } from "./vanishing.ts";

/** Capability numbers. @kernel include/uapi/linux/capability.h CAP_NET_ADMIN v6.18 */
const CAPABILITY = {
  DAC_READ_SEARCH: 2n,
  NET_ADMIN: 12n,
  NET_RAW: 13n,
  SYS_PTRACE: 19n,
  SYS_ADMIN: 21n,
} as const;

/** A capability's name, without `CAP_`. */
export type Capability = keyof typeof CAPABILITY;

/** What it takes to read the namespaces of every process. */
export const TO_SEE_NAMESPACES: readonly Capability[] = ["SYS_PTRACE"];
/** What it takes to read the descriptors of every process: with one of them only some are seen. */
export const TO_SEE_DESCRIPTORS: readonly Capability[] = ["SYS_PTRACE", "DAC_READ_SEARCH"];

/** Whether this process has a capability in effect, in its own user namespace. */
export function hasCapability(name: Capability): boolean {
  const match = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync("/proc/self/status", "utf8"));
  if (match === null) return false;
  return ((BigInt(`0x${match[1]}`) >> CAPABILITY[name]) & 1n) === 1n;
}

/**
 * True for a process that has all of these: what is hidden from it is hidden from everybody, and that is nothing to be told.
 * Being root is not enough, as the root of a container has few capabilities.
 */
export function couldNobodySeeMore(needed: readonly Capability[]): boolean {
  return obstacles(needed).length === 0;
}

/** What stands between this process and something that needs these capabilities, as phrases; empty if nothing known does. */
export function obstacles(needed: readonly Capability[]): string[] {
  const found = needed.filter((name) => !hasCapability(name)).map((name) => `CAP_${name} is missing`);
  // Capabilities in a user namespace of one's own count for nothing outside.
  if (!mapsEveryUser(readTextOrNull("/proc/self/uid_map") ?? ""))
    found.push("a user namespace may forbid it");
  const profile = confinedBy(readTextOrNull("/proc/self/attr/current") ?? "");
  if (profile !== null) found.push(`${profile} may forbid it`);
  return found;
}

/** From the text of /proc/self/uid_map: true for the first user namespace, and where the kernel has none. */
export function mapsEveryUser(map: string): boolean {
  return map === "" || /^\s*0\s+0\s+4294967295\s*$/.test(map);
}

/**
 * From the text of /proc/self/attr/current: the security module's profile that confines a process, or null. The default
 * profiles of container runtimes forbid to read the links of processes outside, whatever the capabilities.
 */
export function confinedBy(label: string): string | null {
  const profile = /^(.+) \((?:enforce|kill)\)$/m.exec(label)?.[1];
  if (profile !== undefined) return `the AppArmor profile ${profile}`;
  return /^[^:]+:[^:]+:container_t:/.test(label) ? "the SELinux type container_t" : null;
}
