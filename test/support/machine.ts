/**
 * What a run must leave as it was: this namespace's settings and interfaces, and no process or namespace of its own.
 * Other programs may come and go meanwhile; what is ours carries the marker of cli.ts in its environment.
 *
 * @module
 */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { MARKER_VARIABLE } from "./cli.ts";

/** Counts of what is under way, which are no settings. */
const NOT_SETTINGS = /conntrack_count$/;
const STEP_MS = 20;
const BURIAL_MS = 300_000;

/** What this namespace looks like. */
export interface MachineState {
  readonly sysctls: Readonly<Record<string, string>>;
  readonly interfaces: readonly string[];
  readonly routes: string;
  readonly ipv6Addresses: string;
}

/** Reads it. */
export function readMachine(): MachineState {
  return {
    sysctls: Object.fromEntries(readSysctls("/proc/sys/net")),
    interfaces: readInterfaces(),
    routes: read("/proc/net/route") ?? "",
    ipv6Addresses: read("/proc/net/if_inet6") ?? "",
  };
}

/** The interfaces of this namespace. */
export function readInterfaces(): string[] {
  const lines = (read("/proc/net/dev") ?? "").split("\n").slice(2);
  return lines.flatMap((line) => /^\s*([^:]+):/.exec(line)?.[1] ?? []);
}

function readSysctls(folder: string): [string, string][] {
  return list(folder, true).flatMap((name): [string, string][] => {
    const path = `${folder}/${name}`;
    if (name.endsWith("/")) return readSysctls(path.slice(0, -1));
    const value = NOT_SETTINGS.test(path) ? null : read(path);
    return value === null ? [] : [[path, value]];
  });
}

/** A process that a run has started, or its namespaces. */
export interface Leftover {
  readonly pid: number;
  readonly command: string;
  /** The network namespaces in which it is or which it holds open. */
  readonly namespaces: readonly string[];
}

/** The living processes that descend from a run. */
export function findDescendants(marker: string): Leftover[] {
  const wanted = `${MARKER_VARIABLE}=${marker}`;
  return list("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => (read(`/proc/${pid}/environ`) ?? "").split("\0").includes(wanted))
    .map((pid) => ({
      pid: Number(pid),
      command: (read(`/proc/${pid}/cmdline`) ?? "").replaceAll("\0", " "),
      namespaces: namespacesOf(pid),
    }));
}

function namespacesOf(pid: string): string[] {
  const links = [`/proc/${pid}/ns/net`, ...list(`/proc/${pid}/fd`).map((fd) => `/proc/${pid}/fd/${fd}`)];
  const targets = links.map((path) => link(path) ?? "").filter((target) => target.startsWith("net:["));
  return [...new Set(targets)];
}

/** Waits until nothing is left of a run; returns what still is after a time that no kernel takes to bury a process. */
export async function leftoversAfter(marker: string): Promise<Leftover[]> {
  const until = performance.now() + BURIAL_MS;
  for (;;) {
    const left = findDescendants(marker);
    if (left.length === 0 || performance.now() > until) return left;
    await sleep(STEP_MS);
  }
}

/** What was read, or null: processes end and some settings can only be written. */
function read(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

function link(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}

function list(folder: string, marksFolders = false): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.map((entry) => (marksFolders && entry.isDirectory() ? `${entry.name}/` : entry.name));
  } catch {
    return [];
  }
}
