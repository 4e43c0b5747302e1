/**
 * The table of a scenario's AF_UNIX sockets at one moment. A connection that waits in the accept queue has no inode yet, and
 * the kernel lists it only as a row without one; its client's row says that it is connected.
 *
 * @module
 */

import {
  clientEndpoint,
  listenerEndpoint,
  listenerNamed,
  type Scenario,
} from "../../../core/scenario/index.ts";
import type { TraceSocket } from "../../../core/trace/index.ts";
import type { UnixDiagSocket } from "../../../core/wire/netlink/unix-diag.ts";
import type { SockDiag } from "../../linux/netlink/sock-diag.ts";
import type { SocketOwners } from "./socket-owners.ts";
import { processOf } from "./socket-process.ts";

/** What is needed to read the table. */
export interface UnixTableSources {
  readonly scenario: Scenario;
  readonly owners: SocketOwners;
  readonly diag: SockDiag;
}

/** Reads it. The abstract names are the endpoints (transport.ts), so they are told as such. */
export function readUnixTable(at: number, sources: UnixTableSources): TraceSocket[] {
  const rows = sources.diag.unixSockets(["LISTEN", "ESTABLISHED"]);
  return rows.map((row) => traceSocket(at, row, sources));
}

function traceSocket(at: number, row: UnixDiagSocket, { scenario, owners }: UnixTableSources): TraceSocket {
  const local = endpointIn(row.name);
  const place = scenario.clients.findIndex((_client, index) => clientEndpoint(scenario, index) === local);
  const plan = scenario.clients[place];
  return {
    at,
    host: plan === undefined ? "server" : "client",
    state: row.state,
    local,
    remote: plan === undefined ? "" : listenerEndpoint(scenario, listenerNamed(scenario, plan.listener)),
    recvQueue: row.receiveQueue ?? 0,
    sendQueue: row.sendQueue ?? 0,
    ...processOf(row.inode, owners),
  };
}

function endpointIn(name: Uint8Array | null): string {
  return name === null ? "" : new TextDecoder().decode(name.subarray(1));
}
