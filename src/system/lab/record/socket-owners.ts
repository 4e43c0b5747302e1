/**
 * Which of the scenario's programs holds which socket: a row of a dump carries the inode only.
 *
 * @module
 */
import { fstatSync } from "node:fs";

/** A holder of a socket. */
export interface SocketOwner {
  readonly fd: number;
  readonly actor: string;
}

/** The sockets of one run, by inode. */
export class SocketOwners {
  readonly #byInode = new Map<number, SocketOwner>();
  readonly #inodes = new Map<number, number>();

  add(fd: number, actor: string): void {
    const inode = fstatSync(fd).ino;
    this.#byInode.set(inode, { fd, actor });
    this.#inodes.set(fd, inode);
  }

  /** Call it before the descriptor is closed: its number may be given out again at once. */
  remove(fd: number): void {
    const inode = this.#inodes.get(fd);
    this.#inodes.delete(fd);
    if (inode !== undefined) this.#byInode.delete(inode);
  }

  /** The inode of a socket that was added; 0 for one that was not. */
  inodeOf(fd: number): number {
    return this.#inodes.get(fd) ?? 0;
  }

  find(inode: number): SocketOwner | null {
    return this.#byInode.get(inode) ?? null;
  }
}
