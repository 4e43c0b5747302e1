/**
 * AF_UNIX listeners in the snapshot: the same queue and the same clamp as TCP's, but no handshake, so no SYN queue, no
 * drops and no counters: who finds the queue full waits in connect(), or gets EAGAIN if it will not wait. Pure.
 *
 * @module
 */

import { decodeUnixName } from "../../wire/name-text.ts";
import type { UnixDiagSocket } from "../../wire/netlink/unix-diag.ts";
import { limitOrigin } from "../limit-origin.ts";
import { findSoftware } from "../software/find-software.ts";
import type { ObservedListener } from "./snapshot-document.ts";
import type { NamespaceReadings, SnapshotReadings } from "./snapshot-readings.ts";

/** The unix listeners of a namespace, each once. */
export function describeUnixListeners(
  { unix, namespace }: NamespaceReadings,
  readings: Pick<SnapshotReadings, "holders" | "containers">,
): ObservedListener[] {
  const sockets = new Map(unix.map((socket) => [socket.cookie, socket]));
  return [...sockets.values()].map((socket) => describe(socket, namespace, readings));
}

function describe(
  socket: UnixDiagSocket,
  namespace: NamespaceReadings["namespace"],
  { holders: known, containers }: Pick<SnapshotReadings, "holders" | "containers">,
): ObservedListener {
  const limit = socket.sendQueue ?? 0;
  const holders = known.get(socket.inode) ?? [];
  const process = holders[0] ?? null;
  return {
    namespace: namespace.inode,
    protocol: "unix",
    family: null,
    v6only: null,
    address: null,
    port: null,
    path: socket.name === null ? null : decodeUnixName(socket.name),
    group: null,
    acceptQueue: { length: socket.receiveQueue ?? 0, limit, capacity: limit + 1 },
    synQueue: { length: null, limit: null, capacity: null },
    drops: null,
    refusals: { value: null, exact: false },
    process,
    container: process === null ? null : (containers.get(process.pid) ?? null),
    ...limitOrigin(limit, namespace.sysctls.somaxconn, findSoftware(process?.name)),
    findings: [],
    cookie: socket.cookie,
    inode: socket.inode,
    interfaceIndex: 0,
    uid: socket.uid,
    holders,
  };
}
