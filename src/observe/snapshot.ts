/**
 * Takes a snapshot of the listeners of the namespace in which the calling thread is: two dumps of TCP, two of MPTCP where
 * the kernel has it, counters, sysctls, and the search for who holds the sockets. What it means is put together in
 * assemble-snapshot.ts.
 *
 * @module
 */
import { readFileSync, readlinkSync } from "node:fs";
import { NotSupportedError, SyscallError } from "../errors.ts";
import { readCounters } from "../linux/counters.ts";
import { findSocketHolders } from "../linux/processes.ts";
import { SockDiag } from "../linux/sock-diag.ts";
import { readSysctlNumber } from "../linux/sysctl.ts";
import type { InetDiagSocket } from "../wire/index.ts";
import { assembleSnapshot } from "./assemble-snapshot.ts";
import { preferProcess } from "./select-listeners.ts";
import type { QueueSysctls, Snapshot, SnapshotNamespace } from "./snapshot-document.ts";

const FAMILIES = ["ipv4", "ipv6"] as const;

/** A snapshot and what could not be seen for it. */
export interface SnapshotResult {
  readonly snapshot: Snapshot;
  /** Processes whose descriptors this user may not read: a listener without a process may be theirs. */
  readonly hiddenProcesses: number;
}

/** What is asked for. */
export interface SnapshotOptions {
  /** A name or pid: of several holders of a listener the one that fits is shown, so all are searched for. */
  readonly process?: string | undefined;
}

/**
 * Looks once at every TCP listener of this namespace.
 *
 * @throws {NotSupportedError} when the kernel does not answer sock_diag
 */
export function takeSnapshot({ process }: SnapshotOptions = {}): SnapshotResult {
  const takenAt = new Date();
  const { tcp, mptcp } = readTables();
  const inodes = inodesOf([...tcp, ...mptcp]);
  const { holders, hiddenProcesses } = findSocketHolders(inodes, { all: process !== undefined });
  const snapshot = assembleSnapshot({
    takenAt,
    release: readRelease(),
    namespace: readOwnNamespace(),
    tcp,
    mptcp,
    holders: process === undefined ? holders : preferProcess(holders, process),
  });
  return { snapshot, hiddenProcesses };
}

/** The kernel's release, such as `"6.18.44"`. */
export function readRelease(): string {
  return readFileSync("/proc/sys/kernel/osrelease", "utf8").trim();
}

function readTables(): { tcp: InetDiagSocket[]; mptcp: InetDiagSocket[] } {
  try {
    const diag = new SockDiag();
    try {
      return { tcp: diag.sockets(["LISTEN", "SYN_RECV"], FAMILIES), mptcp: readMptcpListeners(diag) };
    } finally {
      diag.close();
    }
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error;
    const remedy = "load the module tcp_diag, or allow AF_NETLINK in the sandbox or container";
    throw new NotSupportedError("listing listeners", error.message, remedy, { cause: error });
  }
}

/** Without the sysctl the kernel has no MPTCP, and asking would only make it look for a module. */
function readMptcpListeners(diag: SockDiag): InetDiagSocket[] {
  if (readSysctlNumber("net.mptcp.enabled") === null) return [];
  try {
    return diag.sockets(["LISTEN"], FAMILIES, { protocol: "mptcp" });
  } catch (error) {
    // MPTCP without mptcp_diag: its listeners then show as the TCP ones that they are on the wire.
    if (error instanceof SyscallError) return [];
    throw error;
  }
}

function inodesOf(sockets: readonly InetDiagSocket[]): Set<number> {
  const listening = sockets.filter((socket) => socket.state === "LISTEN" && socket.inode !== 0);
  return new Set(listening.map((socket) => socket.inode));
}

function readOwnNamespace(): SnapshotNamespace {
  return {
    inode: Number(/\d+/.exec(readlinkSync("/proc/thread-self/ns/net"))?.[0]),
    name: null,
    self: true,
    counters: readCounters(),
    sysctls: readQueueSysctls(),
  };
}

function readQueueSysctls(): QueueSysctls {
  return {
    somaxconn: readSysctlNumber("net.core.somaxconn"),
    tcp_max_syn_backlog: readSysctlNumber("net.ipv4.tcp_max_syn_backlog"),
    tcp_syncookies: readSysctlNumber("net.ipv4.tcp_syncookies"),
    tcp_abort_on_overflow: readSysctlNumber("net.ipv4.tcp_abort_on_overflow"),
    tcp_synack_retries: readSysctlNumber("net.ipv4.tcp_synack_retries"),
  };
}
