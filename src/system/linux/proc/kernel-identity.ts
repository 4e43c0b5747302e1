/**
 * What the running kernel calls itself, and from which version of the source it was built. The two differ: a distribution
 * keeps the release while it moves to later point releases, so that modules still fit. What a version means is model/'s.
 *
 * @module
 */
import { readFileSync } from "node:fs";

/** A kernel's name and source. */
export interface KernelIdentity {
  /** Such as `"6.1.0-55-cloud-amd64"`, by which users know it (`uname -r`). */
  readonly release: string;
  /** Such as `"6.1.192"`, by which its rules are guessed; the release where nothing better is told. */
  readonly version: string;
}

/** The running kernel's. */
export function readKernelIdentity(): KernelIdentity {
  const release = readText("/proc/sys/kernel/osrelease") ?? "";
  const build = readText("/proc/sys/kernel/version") ?? "";
  const signature = readText("/proc/version_signature") ?? "";
  return { release, version: sourceVersion(release, build, signature) };
}

/**
 * The version of the source. Debian tells its package's version in the build text (`uname -v`), Ubuntu in a file of its own,
 * `/proc/version_signature`. A version of another series than the release's is not believed.
 *
 * @param build such as `"#1 SMP PREEMPT_DYNAMIC Debian 6.1.192-1 (2026-11-14)"`
 * @param signature such as `"Ubuntu 5.15.0-88.98-generic 5.15.126"`
 */
export function sourceVersion(release: string, build: string, signature: string): string {
  const told =
    / Debian (\d+\.\d+\.\d+)/.exec(build)?.[1] ?? /^Ubuntu \S+ (\d+\.\d+\.\d+)$/.exec(signature)?.[1];
  return told !== undefined && seriesOf(told) === seriesOf(release) ? told : release;
}

function seriesOf(version: string): string | undefined {
  return /^\d+\.\d+/.exec(version)?.[0];
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, "utf8").trim();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "EACCES") return null;
    throw error;
  }
}
