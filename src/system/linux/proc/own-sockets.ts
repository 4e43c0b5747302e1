/**
 * The sockets that this process holds, from its own /proc/self/fd: that needs no privilege.
 *
 * @module
 */
import { readdirSync } from "node:fs";
import { socketInode } from "./processes.ts";
import { readLinkOrNull } from "./vanishing.ts";

/** Descriptors by the inode of their socket; of several the lowest. */
export function ownSocketDescriptors(): Map<number, number> {
  const found = new Map<number, number>();
  const descriptors = readdirSync("/proc/self/fd").map(Number);
  for (const fd of descriptors.sort((a, b) => a - b)) {
    const inode = socketInode(readLinkOrNull(`/proc/self/fd/${fd}`) ?? "");
    if (inode !== null && !found.has(inode)) found.set(inode, fd);
  }
  return found;
}
