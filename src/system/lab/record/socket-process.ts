/**
 * Who holds a socket of a run: this process and one of the scenario's programs in it, or nobody yet.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import type { TraceSocket } from "../../../core/trace/index.ts";
import type { SocketOwners } from "./socket-owners.ts";

/** The holder of the socket with this inode; an inode of 0 is a connection that nobody has accepted. */
export function processOf(inode: number, owners: SocketOwners): Pick<TraceSocket, "process" | "actor"> {
  const owner = inode === 0 ? null : owners.find(inode);
  if (owner === null) return { process: null, actor: null };
  return { process: { pid: process.pid, name: ownName(), fd: owner.fd }, actor: owner.actor };
}

function ownName(): string {
  return readFileSync("/proc/self/comm", "utf8").trim();
}
