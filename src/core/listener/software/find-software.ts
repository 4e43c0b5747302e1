/**
 * Which known software a process is, by the kernel's short name of it. Pure.
 *
 * @module
 */
import { RUNTIMES } from "./runtimes.ts";
import { SERVERS } from "./servers.ts";
import type { Software } from "./software.ts";

/** All that is known. */
export const KNOWN_SOFTWARE: readonly Software[] = [...SERVERS, ...RUNTIMES];

/** The software with that process name, or null. A program may call itself anything, so this is a likely answer only. */
export function findSoftware(processName: string | null | undefined): Software | null {
  if (processName === null || processName === undefined) return null;
  return KNOWN_SOFTWARE.find(({ processes }) => processes.test(processName)) ?? null;
}

/** Whether it is a server with a setting of its own, which few change, rather than a runtime in whose programs any number may stand. */
export function isServerProgram(software: Software): boolean {
  return SERVERS.includes(software);
}
