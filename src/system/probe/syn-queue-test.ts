/**
 * Asks the kernel how it compares the SYN queue's length with the limit. The version does not tell, because the change of
 * January 2025 was carried into many older kernels.
 *
 * @module
 */
import type { FullTest } from "../../core/model/index.ts";
import { readCounters } from "../linux/proc/counters.ts";
import { writeSysctl } from "../linux/proc/sysctl.ts";
import {
  acceptFrom,
  closeSocket,
  connectTo,
  localEndpoint,
  openListener,
  openTcpSocket,
} from "../linux/socket/tcp-socket.ts";

/** How the SYN queue's length is compared with the limit, seen on this kernel. */
export interface ProbedSynQueueTest {
  /** `>` keeps limit + 1 requests, `>=` keeps limit; null if it could not be told. */
  readonly test: FullTest | null;
  readonly reason: string;
}

/** Loopback answers within a system call; this is for machines where something delays it. */
const PATIENCE_MS = 1000;

/**
 * Changes a sysctl and connects over loopback: only for a namespace made for it, with `lo` up.
 *
 * With limit 0 and cookies off, a kernel that tests `length > limit` keeps one request and the handshake completes; one
 * that tests `length >= limit` drops every SYN and counts it.
 *
 * @kernel include/net/inet_connection_sock.h inet_csk_reqsk_queue_is_full() v6.14
 */
export function probeSynQueueTest(): ProbedSynQueueTest {
  try {
    writeSysctl("net.ipv4.tcp_syncookies", 0);
    return connectToLimitZero();
  } catch (error) {
    return { test: null, reason: error instanceof Error ? error.message : String(error) };
  }
}

function connectToLimitZero(): ProbedSynQueueTest {
  const listener = openListener({ address: "127.0.0.1", port: 0, backlog: 0 });
  const client = openTcpSocket("127.0.0.1");
  try {
    const port = Number(localEndpoint(listener).split(":")[1]);
    const droppedBefore = readCounters()["TCPReqQFullDrop"] ?? 0;
    connectTo(client, "127.0.0.1", port);
    for (let waitedMs = 0; waitedMs < PATIENCE_MS; waitedMs++) {
      const accepted = acceptFrom(listener);
      if (typeof accepted !== "number") {
        closeSocket(accepted.fd);
        return { test: ">", reason: "limit 0 kept one half-open request" };
      }
      if ((readCounters()["TCPReqQFullDrop"] ?? 0) > droppedBefore) {
        return { test: ">=", reason: "limit 0 kept no half-open request" };
      }
      sleep(1);
    }
    return {
      test: null,
      reason: "a SYN to a listener with limit 0 was neither answered nor counted as dropped",
    };
  } finally {
    closeSocket(client);
    closeSocket(listener);
  }
}

/** Nothing else can be done meanwhile: the calling thread stands in a namespace that is not its own. */
function sleep(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
