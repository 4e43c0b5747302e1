/**
 * Probes that only look: at this process's own namespace, at /proc and at the file system. They change nothing.
 *
 * @module
 */
import { accessSync, constants, existsSync, readdirSync, readFileSync } from "node:fs";
import process from "node:process";
import { SockDiag } from "../../linux/netlink/sock-diag.ts";
import { readSysctl } from "../../linux/proc/sysctl.ts";
import { attempt, couldNotTell, no, type Probed, yes } from "./probe-answer.ts";

/** Whether listeners can be listed. */
export function probeSockDiag(): Probed {
  return attempt(() => {
    const count = countListeners().all;
    return `${count} listener${count === 1 ? "" : "s"} in this namespace`;
  });
}

/** Whether a listener's own drops are shown; null where this namespace has no listener to look at. */
export function probeDropsOfOwnListeners(): Probed | null {
  try {
    const { all, withDrops } = countListeners();
    if (all === 0) return null;
    return withDrops === all ? yes() : no("INET_DIAG_SKMEMINFO has no drops");
  } catch {
    return null;
  }
}

function countListeners(): { all: number; withDrops: number } {
  const diag = new SockDiag();
  try {
    const rows = diag.sockets(["LISTEN"], ["ipv4", "ipv6"]);
    const withDrops = rows.filter((row) => typeof row.skmeminfo?.drops === "number").length;
    return { all: rows.length, withDrops };
  } finally {
    diag.close();
  }
}

/** Whether unix listeners can be listed. */
export function probeUnixDiag(): Probed {
  return attempt(() => {
    const diag = new SockDiag();
    try {
      diag.unixSockets(["LISTEN"]);
      return null;
    } finally {
      diag.close();
    }
  });
}

/** Whether the descriptors of all processes can be read, so that every listener gets its process. */
export function probeOtherProcesses(): Probed {
  if (!existsSync("/proc/1")) return no("/proc hides processes of other users (hidepid)");
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const hidden = pids.filter((pid) => !canRead(`/proc/${pid}/fd`)).length;
  return hidden === 0 ? yes() : no(`${hidden} of ${pids.length} processes are hidden from this user`);
}

/** A process that has ended meanwhile is not hidden. */
function canRead(folder: string): boolean {
  try {
    readdirSync(folder);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code !== "EACCES" && code !== "EPERM";
  }
}

const TRACING_FOLDERS = ["/sys/kernel/tracing", "/sys/kernel/debug/tracing"];
const EVENT = "events/tcp/tcp_retransmit_synack";

/** Whether the kernel's tracepoints can be read. */
export function probeTracepoints(): Probed {
  const folder = TRACING_FOLDERS.find((path) => existsSync(`${path}/${EVENT}`));
  if (folder === undefined) return couldNotSeeTracepoints();
  return attempt(() => {
    accessSync(`${folder}/trace_pipe`, constants.R_OK);
    return folder;
  });
}

/** tracefs is readable by root alone, so a missing file proves something only to root. */
function couldNotSeeTracepoints(): Probed {
  const mounted = readFileSync("/proc/mounts", "utf8").includes(" tracefs ");
  if (mounted && process.geteuid?.() !== 0) return no("tracefs is mounted for root alone");
  if (mounted) return no(`tracefs has no ${EVENT}`);
  const isKnown = readFileSync("/proc/filesystems", "utf8").includes("\ttracefs\n");
  return no(isKnown ? "tracefs is not mounted" : "the kernel is built without tracefs");
}

/** What would let this process read them. */
export function tracepointRemedy(): string {
  const isMounted = readFileSync("/proc/mounts", "utf8").includes(" tracefs ");
  if (!isMounted) return "as root: mount -t tracefs tracefs /sys/kernel/tracing";
  return process.geteuid?.() === 0 ? "a kernel that has this tracepoint" : "run it as root";
}

/** Whether the kernel can answer SYNs by cookies. */
export function probeSynCookies(): Probed {
  const value = readSysctl("net.ipv4.tcp_syncookies");
  if (value !== null) return yes(`tcp_syncookies = ${value}`);
  return existsSync("/proc/sys/net/ipv4")
    ? no("there is no net.ipv4.tcp_syncookies")
    : couldNotTell("no /proc/sys/net/ipv4");
}

/** Whether the program `unshare` is there. */
export function probeUnshareProgram(): Probed {
  const folders = (process.env["PATH"] ?? "").split(":");
  const found = folders.map((folder) => `${folder}/unshare`).find(isExecutable);
  return found === undefined ? no("there is no unshare in PATH") : yes(found);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
