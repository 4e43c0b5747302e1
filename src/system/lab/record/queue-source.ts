/**
 * Where a run's queue lengths come from: sock_diag for TCP, unix_diag for AF_UNIX, both of the server host's namespace.
 *
 * @module
 */

import { TCP_STATES } from "../../../core/wire/netlink/tcp-state.ts";
import type { SockDiag } from "../../linux/netlink/sock-diag.ts";

/** A listener's queue as the kernel tells it. */
export interface ListenerRow {
  readonly acceptQueue: number;
  readonly limit: number;
  /** The raw drop counter; null where there is none. */
  readonly drops: number | null;
}

/** The queues at one moment. */
export interface QueueLook {
  /** By the listener's inode. */
  readonly listening: ReadonlyMap<number, ListenerRow>;
  /** Rows in SYN_RECV by local port. */
  readonly requests: ReadonlyMap<number, number>;
}

export type QueueSource = () => QueueLook;

/** The queues of TCP listeners. */
export function tcpQueues(diag: SockDiag, family: "ipv4" | "ipv6"): QueueSource {
  return () => {
    const listening = new Map<number, ListenerRow>();
    const requests = new Map<number, number>();
    diag.forEachRow(["LISTEN", "SYN_RECV"], [family], (row) => {
      if (row.state === TCP_STATES.LISTEN) {
        listening.set(row.inode, { acceptQueue: row.receiveQueue, limit: row.sendQueue, drops: row.drops });
      } else if (row.state === TCP_STATES.SYN_RECV) {
        requests.set(row.localPort, (requests.get(row.localPort) ?? 0) + 1);
      }
    });
    return { listening, requests };
  };
}

/** The queues of AF_UNIX listeners, which have no SYN queue and count no drops. */
export function unixQueues(diag: SockDiag): QueueSource {
  return () => {
    const rows = diag.unixSockets(["LISTEN"]).map(({ inode, receiveQueue, sendQueue }) => {
      const row = { acceptQueue: receiveQueue ?? 0, limit: sendQueue ?? 0, drops: null };
      return [inode, row] as const;
    });
    return { listening: new Map(rows), requests: new Map() };
  };
}
