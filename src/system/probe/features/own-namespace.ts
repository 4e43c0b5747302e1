/**
 * Probes that only look: at this process's own namespace, at /proc and at the file system. They change nothing.
 *
 * @module
 */
import { accessSync, constants, existsSync, readdirSync } from "node:fs";
import process from "node:process";
import { count } from "../../../core/count.ts";
import { SockDiag } from "../../linux/netlink/sock-diag.ts";
import { readSysctl } from "../../linux/proc/sysctl.ts";
import { attempt, couldNotTell, no, type Probed, yes } from "./probe-answer.ts";

/** Whether listeners can be listed. */
export function probeSockDiag(): Probed {
  return attempt(() => {
    return `${count(countListeners().all, "listener")} in this namespace`;
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
