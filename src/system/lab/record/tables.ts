/**
 * The kernel's tables of both hosts of a run, open for as long as it lasts.
 *
 * @module
 */

import type { Scenario } from "../../../core/scenario/index.ts";
import type { TraceSocket } from "../../../core/trace/index.ts";
import { OpenResources } from "../../linux/ffi/descriptor.ts";
import { SockDiag } from "../../linux/netlink/sock-diag.ts";
import type { Network } from "../host/network.ts";
import { type QueueSource, tcpQueues, unixQueues } from "./queue-source.ts";
import type { SocketOwners } from "./socket-owners.ts";
import { readSocketTables } from "./socket-table.ts";
import { readUnixTable } from "./unix-table.ts";

/** The tables of one run. */
export interface Tables {
  readonly queues: QueueSource;
  /** The sockets of both hosts, as rows of a trace. */
  look(at: number, owners: SocketOwners): TraceSocket[];
  close(): void;
}

/** Opens them. @throws {SyscallError} */
export function openTables(scenario: Scenario, network: Network): Tables {
  return scenario.topology === "unix" ? unixTables(scenario, network) : tcpTables(scenario, network);
}

function unixTables(scenario: Scenario, { server }: Network): Tables {
  const diag = server.inside(() => new SockDiag());
  return {
    queues: unixQueues(diag),
    look: (at, owners) => readUnixTable(at, { scenario, owners, diag }),
    close: () => diag.close(),
  };
}

function tcpTables(scenario: Scenario, network: Network): Tables {
  const opened = new OpenResources();
  const open = (): SockDiag => opened.keep(new SockDiag());
  try {
    const server = network.server.inside(open);
    const client = network.client === network.server ? server : network.client.inside(open);
    return tablesOf(scenario, { client, server }, () => opened.close());
  } catch (error) {
    opened.close();
    throw error;
  }
}

function tablesOf(
  scenario: Scenario,
  diags: { client: SockDiag; server: SockDiag },
  close: () => void,
): Tables {
  return {
    queues: tcpQueues(diags.server, scenario.family),
    look: (at, owners) => readSocketTables(at, { scenario, owners, diags }),
    close,
  };
}
