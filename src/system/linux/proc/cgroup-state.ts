/**
 * Whether a process's control group lets it run: frozen, or out of its CPU quota. Both versions of control groups.
 *
 * @module
 */
import type { CgroupState } from "../../../core/listener/owner-reading.ts";
import { readTextOrNull } from "./vanishing.ts";

const ROOT = "/sys/fs/cgroup";

/**
 * Looks at the control groups that the text of /proc/PID/cgroup names. Where both versions are mounted beside each other a
 * process has a group in each, and either can stop it.
 */
export function readCgroupState(cgroup: string): CgroupState {
  const paths = cgroupPaths(cgroup);
  const freezers = textsOf([
    ...folders(paths, "").map((folder) => `${folder}/cgroup.events`),
    ...folders(paths, "freezer").map((folder) => `${folder}/freezer.state`),
  ]).map(parseFrozen);
  const cpus = textsOf(
    [...folders(paths, ""), ...folders(paths, "cpu")].map((folder) => `${folder}/cpu.stat`),
  );
  // The root of version 2 has a cpu.stat too, without any word about a quota.
  const cpu = cpus.map(parseThrottling).find(({ throttledPeriods }) => throttledPeriods !== null);
  return {
    isFrozen: freezers.includes(true) ? true : (freezers[0] ?? null),
    throttledPeriods: cpu?.throttledPeriods ?? null,
    throttledMs: cpu?.throttledMs ?? null,
  };
}

/** The path by controller; version 2 has the empty name. */
export function cgroupPaths(cgroup: string): Map<string, string> {
  const paths = new Map<string, string>();
  for (const line of cgroup.split("\n")) {
    const [, controllers, ...path] = line.split(":");
    if (controllers === undefined) continue;
    for (const controller of controllers.split(",")) paths.set(controller, path.join(":"));
  }
  return paths;
}

/** Where a controller's group may be mounted. */
function folders(paths: ReadonlyMap<string, string>, controller: string): string[] {
  const path = paths.get(controller);
  if (path === undefined) return [];
  const mounts =
    controller === "" ? [ROOT, `${ROOT}/unified`] : [`${ROOT}/${controller}`, `${ROOT}/cpu,cpuacct`];
  return mounts.map((mount) => `${mount}${path === "/" ? "" : path}`);
}

function textsOf(files: readonly string[]): string[] {
  return files.flatMap((file) => readTextOrNull(file) ?? []);
}

/** `frozen 1` in version 2, `FROZEN` in version 1. */
export function parseFrozen(text: string | null): boolean | null {
  if (text === null) return null;
  return /^frozen 1$/m.test(text) || text.trim() === "FROZEN";
}

/** `nr_throttled`, and the time in microseconds (version 2) or nanoseconds (version 1). */
export function parseThrottling(text: string | null): Pick<CgroupState, "throttledPeriods" | "throttledMs"> {
  const value = (name: string): number | null => {
    const match = new RegExp(`^${name} (\\d+)$`, "m").exec(text ?? "");
    return match === null ? null : Number(match[1]);
  };
  const us = value("throttled_usec");
  const ns = value("throttled_time");
  const throttledMs = us !== null ? us / 1e3 : ns !== null ? ns / 1e6 : null;
  return { throttledPeriods: value("nr_throttled"), throttledMs };
}
