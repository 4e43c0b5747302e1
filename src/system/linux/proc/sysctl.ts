/**
 * Sysctls of the namespace in which the calling thread is. Writing is for namespaces of the lab only.
 *
 * @module
 */
import { readFileSync, writeFileSync } from "node:fs";
import { NotSupportedError, UsageError } from "../../../core/errors.ts";

/** Where the calling thread finds it. @throws {UsageError} for a name that is none of a `net.*` sysctl */
export function sysctlPath(name: string): string {
  if (!/^net(\.[a-z0-9_-]+)+$/i.test(name)) throw new UsageError(`${name} is not the name of a net.* sysctl`);
  return `/proc/sys/${name.replaceAll(".", "/")}`;
}

/** A sysctl's text, or null when this kernel or namespace does not have it. */
export function readSysctl(name: string): string | null {
  try {
    return readFileSync(sysctlPath(name), "utf8").trim();
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** A sysctl as a number, or null when absent or not a number. */
export function readSysctlNumber(name: string): number | null {
  const text = readSysctl(name);
  return text === null || !/^-?\d+$/.test(text) ? null : Number(text);
}

/**
 * Writes a sysctl of the calling thread's namespace.
 *
 * @throws {NotSupportedError} when it is absent or read-only here
 * @throws {UsageError} when the kernel refuses the value
 */
export function writeSysctl(name: string, value: number | string): void {
  const path = sysctlPath(name);
  try {
    writeFileSync(path, `${value}\n`);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "EINVAL") throw new UsageError(`the kernel refuses ${name} = ${value}`, { cause: error });
    if (code === undefined) throw error;
    const reason =
      code === "ENOENT" ? "this kernel or namespace does not have it" : `the kernel says ${code}`;
    throw new NotSupportedError(`setting ${name}`, reason, "run it as root or on a newer kernel", {
      cause: error,
    });
  }
}

function isMissing(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === "ENOENT" || code === "EACCES";
}
