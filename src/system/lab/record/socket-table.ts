/**
 * The socket tables of both hosts at one moment, as `netstat` or `ss` would show them.
 *
 * @module
 */

import type { Scenario } from "../../../core/scenario/index.ts";
import type { HostName, TraceSocket } from "../../../core/trace/index.ts";
import { formatEndpoint } from "../../../core/wire/address.ts";
import type { InetDiagSocket } from "../../../core/wire/netlink/inet-diag-message.ts";
import { TCP_STATES, type TcpState } from "../../../core/wire/netlink/tcp-state.ts";
import type { SockDiag } from "../../linux/netlink/sock-diag.ts";
import type { SocketOwners } from "./socket-owners.ts";
import { processOf } from "./socket-process.ts";

const ALL_STATES = Object.keys(TCP_STATES).filter((state) => state !== "NEW_SYN_RECV") as TcpState[];

/** What is needed to read the tables. */
export interface TableSources {
  readonly scenario: Scenario;
  readonly owners: SocketOwners;
  /** The same one twice on plain loopback. */
  readonly diags: Readonly<Record<HostName, SockDiag>>;
}

export function readSocketTables(at: number, sources: TableSources): TraceSocket[] {
  const { diags, scenario } = sources;
  const rows = (diag: SockDiag) => diag.sockets(ALL_STATES, [scenario.family], { skmeminfo: false });
  if (diags.client !== diags.server) {
    const ofHost = (host: HostName) => rows(diags[host]).map((row) => traceSocket(at, host, row, sources));
    return [...ofHost("server"), ...ofHost("client")];
  }
  const ports = new Set(scenario.listeners.map((listener) => listener.port));
  return rows(diags.server).map((row) => {
    const host = ports.has(row.local.port) ? "server" : "client";
    return traceSocket(at, host, row, sources);
  });
}

function traceSocket(at: number, host: HostName, row: InetDiagSocket, { owners }: TableSources): TraceSocket {
  return {
    at,
    host,
    state: row.state,
    local: formatEndpoint(row.local.address, row.local.port),
    remote: formatEndpoint(row.remote.address, row.remote.port),
    recvQueue: row.receiveQueue,
    sendQueue: row.sendQueue,
    ...processOf(row.inode, owners),
  };
}
