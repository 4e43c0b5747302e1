/**
 * Listeners for a program's own use: those of this machine, or those of this process. Importing it loads no system code; the
 * first call does, and says what is missing.
 *
 * @module
 */

import { assembleSnapshot } from "../../core/listener/snapshot/assemble-snapshot.ts";
import {
  type Snapshot,
  type SnapshotListener,
  snapshotDocument,
} from "../../core/listener/snapshot/snapshot-document.ts";
import { readKernelIdentity } from "../linux/proc/kernel-identity.ts";
import { ownSocketDescriptors } from "../linux/proc/own-sockets.ts";
import { NamespaceEye } from "./namespace-eye.ts";
import type { NamespaceScope } from "./namespace-scope.ts";
import { readNamespace, takeSnapshot } from "./snapshot.ts";

/** What `listListeners` is asked for. */
export interface ListListenersOptions {
  /** `"self"` (this namespace, if left out), `"all"` that can be found, or that of a process. */
  readonly netns?: NamespaceScope;
  /** Also AF_UNIX listeners; false if left out. */
  readonly unix?: boolean;
  /** Ends a call that has not begun to look; one look is not interrupted: it takes milliseconds for each namespace. */
  readonly signal?: AbortSignal;
}

/**
 * Every listener now: lengths, limits and capacities (in connections), drops (in packets, the kernel's own counter), who set
 * the limit, and the process. What `listenq ls --json` prints, without findings.
 *
 * Processes of other users and other namespaces are seen as far as this user may; an unknown value is null.
 *
 * @throws {NotSupportedError} where this is not Linux, koffi has no binary, or the kernel does not answer sock_diag
 * @throws {UsageError} when there is no process of that pid
 */
export async function listListeners(options: ListListenersOptions = {}): Promise<Snapshot<SnapshotListener>> {
  const { netns = "self", unix = false, signal } = options;
  await yieldOnce(signal);
  return snapshotDocument(takeSnapshot({ netns, unix }).snapshot);
}

/**
 * The listeners that this process holds, found by the inodes of its own descriptors: no privilege is needed, and nobody
 * else's /proc is read. Each call opens its view anew, which takes some milliseconds: to look again and again, keep a
 * `ListenerSampler({ owners: "own" })`. A worker of Node's `cluster` holds none in the default mode: its primary does.
 *
 * @throws {NotSupportedError} where this is not Linux, koffi has no binary, or the kernel does not answer sock_diag
 * @example (await ownListeners()).some(({ acceptQueue }) => acceptQueue.length >= acceptQueue.capacity)
 */
export async function ownListeners(
  options: { readonly signal?: AbortSignal } = {},
): Promise<SnapshotListener[]> {
  await yieldOnce(options.signal);
  const eye = new NamespaceEye();
  try {
    const descriptors = ownSocketDescriptors();
    const { inode } = eye;
    const namespace = readNamespace({ eye, inode, name: null, self: true }, { unix: true });
    const self = { pid: process.pid, name: process.title };
    const holders = new Map([...descriptors].map(([socket, fd]) => [socket, [{ ...self, fd }]]));
    const snapshot = assembleSnapshot({
      takenAt: new Date(),
      kernel: readKernelIdentity(),
      namespaces: [namespace],
      holders,
      containers: new Map(),
    });
    const own = snapshot.listeners.filter((listener) => descriptors.has(listener.inode));
    return [...snapshotDocument({ ...snapshot, listeners: own }).listeners];
  } finally {
    eye.close();
  }
}

/** Lets a caller abort between its call and the look. */
async function yieldOnce(signal: AbortSignal | undefined): Promise<void> {
  await Promise.resolve();
  signal?.throwIfAborted();
}
