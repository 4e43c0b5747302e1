/**
 * Looks at this machine's own connections, once: which are stuck at somebody's listener, and whose they are.
 *
 * @module
 */
import type { ClientsDocument } from "../../../core/listener/clients/clients-document.ts";
import { connectionFacts } from "../../../core/listener/clients/connection-facts.ts";
import { groupClients, type JudgedConnection } from "../../../core/listener/clients/group-clients.ts";
import { judgeClient } from "../../../core/listener/clients/judge-client.ts";
import { eraOf } from "../../../core/model/rules/kernel-era.ts";
import { formatEndpoint } from "../../../core/wire/address.ts";
import type { InetDiagSocket } from "../../../core/wire/netlink/inet-diag-message.ts";
import { readKernelIdentity } from "../../linux/proc/kernel-identity.ts";
import { findSocketHolders } from "../../linux/proc/processes.ts";
import {
  type NamespaceScope,
  openNamespaces,
  type SeenNamespace,
  type UnseenNamespace,
} from "../namespace-scope.ts";
import { containersOf } from "../snapshot.ts";

/** What is asked. */
export interface ClientsRequest {
  readonly netns: NamespaceScope;
  /** Only connections to this endpoint; null for all. */
  readonly destination: { readonly address: string; readonly port: number } | null;
}

/** The answer, and what could not be seen for it. */
export interface ClientsAnswer {
  readonly document: ClientsDocument;
  readonly hiddenProcesses: number;
  readonly unseen: readonly UnseenNamespace[];
}

interface Row {
  readonly namespace: number;
  readonly remote: string;
  readonly socket: InetDiagSocket;
}

const FAMILIES = ["ipv4", "ipv6"] as const;

/**
 * Looks once.
 *
 * @throws {NotSupportedError} when the kernel does not answer sock_diag, or a namespace asked for may not be entered
 */
export function lookAtClients({ netns, destination }: ClientsRequest): ClientsAnswer {
  const takenAt = new Date().toISOString();
  const opened = openNamespaces(netns);
  try {
    const wanted = destination === null ? null : formatEndpoint(destination.address, destination.port);
    const rows = opened.seen.flatMap(readRows).filter(({ remote }) => wanted === null || remote === wanted);
    const { connections, hiddenProcesses } = judgeAll(rows);
    const { release, version } = readKernelIdentity();
    const document = {
      takenAt,
      kernel: { release, era: eraOf(version), eraBy: "version" as const },
      destination: wanted,
      looked: rows.length,
      canTellSilent: rows.every(({ socket }) => connectionFacts(socket).dataSegmentsIn !== null),
      destinations: groupClients(connections),
    };
    return { document, hiddenProcesses, unseen: opened.unseen };
  } finally {
    for (const { eye } of opened.seen) eye.close();
  }
}

/** Connections of which we are the client: those whose port nobody of the namespace listens on. */
function readRows({ inode, eye }: SeenNamespace): Row[] {
  const ports = new Set(
    eye.diag.sockets(["LISTEN"], FAMILIES, { skmeminfo: false }).map(({ local }) => local.port),
  );
  const sockets = eye.diag.sockets(["SYN_SENT", "ESTABLISHED", "FIN_WAIT1"], FAMILIES, {
    skmeminfo: false,
    info: true,
  });
  return sockets
    .filter(({ local }) => !ports.has(local.port))
    .map((socket) => ({
      namespace: inode,
      remote: formatEndpoint(unmapped(socket.remote.address), socket.remote.port),
      socket,
    }));
}

function unmapped(address: string): string {
  return address.startsWith("::ffff:") && address.includes(".") ? address.slice("::ffff:".length) : address;
}

function judgeAll(rows: readonly Row[]): { connections: JudgedConnection[]; hiddenProcesses: number } {
  const judged = rows.map((row) => ({
    row,
    judgement: judgeClient(row.socket.state, connectionFacts(row.socket)),
  }));
  const stuck = judged.filter(({ judgement }) => judgement !== null).map(({ row }) => row.socket.inode);
  const { holders, hiddenProcesses } = findSocketHolders(new Set(stuck.filter((inode) => inode !== 0)));
  const containers = containersOf(holders);
  const connections = judged.map(({ row: { namespace, remote, socket }, judgement }): JudgedConnection => {
    if (judgement === null) return { namespace, remote, stuck: null };
    const process = holders.get(socket.inode)?.[0] ?? null;
    return {
      namespace,
      remote,
      stuck: {
        ...judgement,
        local: formatEndpoint(unmapped(socket.local.address), socket.local.port),
        nextResendMs: socket.timer === 1 ? socket.expiresMs : null,
        process,
        container: process === null ? null : (containers.get(process.pid) ?? null),
      },
    };
  });
  return { connections, hiddenProcesses };
}
