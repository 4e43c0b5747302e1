/**
 * The sockets that this process holds, from its own /proc/self/fd: that needs no privilege.
 *
 * @module
 */
import { readdirSync } from "node:fs";
import { libc } from "./ffi/libc.ts";
import { socketInode } from "./processes.ts";
import { readLinkOrNull } from "./vanishing.ts";

const [SOL_SOCKET, SO_COOKIE] = [1, 57];
const COOKIE_BYTES = 8;

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

/** Descriptors by the cookie of their socket, the name that sock_diag gives to it too. */
export function ownSocketCookies(): Map<bigint, number> {
  const found = new Map<bigint, number>();
  for (const fd of ownSocketDescriptors().values()) {
    const cookie = new Uint8Array(COOKIE_BYTES);
    const length = Uint8Array.of(COOKIE_BYTES, 0, 0, 0);
    // A descriptor that was closed since it was listed is no mistake.
    if (libc.getsockopt(fd, SOL_SOCKET, SO_COOKIE, cookie, length) < 0) continue;
    found.set(new DataView(cookie.buffer).getBigUint64(0, true), fd);
  }
  return found;
}
