/**
 * Looks at this machine's own connections, once: which are stuck at somebody's listener, and whose they are.
 *
 * @module
 */
import { clientFindings } from "../../../core/findings/clients/client-findings.ts";
import type { ClientsDocument, StuckClient } from "../../../core/listener/clients/clients-document.ts";
import { type SynSysctls, synTimes } from "../../../core/listener/clients/connecting-times.ts";
import { connectionFacts } from "../../../core/listener/clients/connection-facts.ts";
import { groupClients, type JudgedConnection } from "../../../core/listener/clients/group-clients.ts";
import { type ClientJudgement, judgeClient } from "../../../core/listener/clients/judge-client.ts";
import {
  hostOfKey,
  localPortOf,
  mayBeStuck,
  type RemoteKey,
  remoteKeyOf,
  remoteKeysTo,
} from "../../../core/listener/clients/quick-look.ts";
import { eraOf } from "../../../core/model/rules/kernel-era.ts";
import { formatEndpoint } from "../../../core/wire/address.ts";
import { unmapped } from "../../../core/wire/ip-address.ts";
import { decodeInetDiagMessage, type InetDiagSocket } from "../../../core/wire/netlink/inet-diag-message.ts";
import type { InetDiagRow } from "../../../core/wire/netlink/inet-diag-rows.ts";
import { readKernelIdentity } from "../../linux/proc/kernel-identity.ts";
import { findSocketHolders } from "../../linux/proc/processes.ts";
import { readSysctlNumber } from "../../linux/proc/sysctl.ts";
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
  /** Null where they are not this namespace's. */
  readonly syn: SynSysctls | null;
  /** The same for all connections to one endpoint. */
  readonly key: RemoteKey;
  readonly socket: InetDiagSocket;
}

/** What was seen of one namespace. */
interface Seen {
  /** Connections that may be stuck. */
  readonly rows: readonly Row[];
  /** All of ours, by key. */
  readonly counts: ReadonlyMap<RemoteKey, number>;
  /** And by host. */
  readonly hosts: ReadonlyMap<RemoteKey, number>;
  readonly looked: number;
}

const STATES = ["SYN_SENT", "ESTABLISHED", "FIN_WAIT1"] as const;

const FAMILIES = ["ipv4", "ipv6"] as const;
const PORTS = 65_536;

/**
 * Looks once.
 *
 * @throws {NotSupportedError} when the kernel does not answer sock_diag, or a namespace asked for may not be entered
 */
export function lookAtClients({ netns, destination }: ClientsRequest): ClientsAnswer {
  const takenAt = new Date().toISOString();
  const opened = openNamespaces(netns);
  try {
    const wantedKeys = destination === null ? null : remoteKeysTo(destination.address, destination.port);
    const seen = opened.seen.map((one) => readNamespaceClients(one, wantedKeys));
    const { connections, hiddenProcesses } = judgeAll(seen);
    const { release, version } = readKernelIdentity();
    const document = {
      takenAt,
      kernel: { release, era: eraOf(version), eraBy: "version" as const },
      destination: destination === null ? null : formatEndpoint(destination.address, destination.port),
      looked: seen.reduce((sum, { looked }) => sum + looked, 0),
      canTellSilent: seen.every(({ rows }) =>
        rows.every(({ socket }) => connectionFacts(socket).dataSegmentsIn !== null),
      ),
      destinations: groupClients(connections).map((one) => ({ ...one, findings: clientFindings(one) })),
      watch: null,
    };
    return { document, hiddenProcesses, unseen: opened.unseen };
  } finally {
    for (const { eye } of opened.seen) eye.close();
  }
}

/** Connections of which we are the client: those whose port nobody of the namespace listens on. */
function readNamespaceClients(
  { inode, self, eye }: SeenNamespace,
  wantedKeys: ReadonlySet<RemoteKey> | null,
): Seen {
  const isListening = new Uint8Array(PORTS);
  const noteListener = ({ localPort }: InetDiagRow): void => {
    isListening[localPort] = 1;
  };
  eye.diag.forEachRow(["LISTEN"], FAMILIES, noteListener, { skmeminfo: false });
  const syn = self ? synSysctls() : null;
  const counts = new Map<RemoteKey, number>();
  const rows: Row[] = [];
  const visit = (datagram: DataView, start: number, end: number): void => {
    if (isListening[localPortOf(datagram, start)] === 1) return;
    const key = remoteKeyOf(datagram, start);
    if (wantedKeys !== null && !wantedKeys.has(key)) return;
    counts.set(key, (counts.get(key) ?? 0) + 1);
    if (!mayBeStuck(datagram, start, end)) return;
    const answer = new Uint8Array(datagram.buffer, datagram.byteOffset + start, end - start);
    rows.push({ namespace: inode, syn, key, socket: decodeInetDiagMessage(answer) });
  };
  eye.diag.forEachAnswer(STATES, FAMILIES, visit, { skmeminfo: false, info: true });
  const hosts = new Map<RemoteKey, number>();
  for (const [key, count] of counts) {
    const host = hostOfKey(key);
    hosts.set(host, (hosts.get(host) ?? 0) + count);
  }
  return { rows, counts, hosts, looked: [...counts.values()].reduce((sum, count) => sum + count, 0) };
}

function synSysctls(): SynSysctls | null {
  const retries = readSysctlNumber("net.ipv4.tcp_syn_retries");
  const linearTimeouts = readSysctlNumber("net.ipv4.tcp_syn_linear_timeouts") ?? 0;
  return retries === null ? null : { retries, linearTimeouts };
}

function judgeAll(seen: readonly Seen[]): { connections: JudgedConnection[]; hiddenProcesses: number } {
  const judged = seen.flatMap(({ rows, counts, hosts }) =>
    rows.flatMap((row) => {
      const judgement = judgeClient(row.socket.state, connectionFacts(row.socket));
      const sameDestination = counts.get(row.key) ?? 0;
      const sameHost = hosts.get(hostOfKey(row.key)) ?? 0;
      return judgement === null ? [] : [{ row, judgement, sameDestination, sameHost }];
    }),
  );
  const inodes = judged.map(({ row }) => row.socket.inode).filter((inode) => inode !== 0);
  const { holders, hiddenProcesses } = findSocketHolders(new Set(inodes));
  const containers = containersOf(holders);
  const connections = judged.map(({ row, judgement, ...beside }): JudgedConnection => {
    const process = holders.get(row.socket.inode)?.[0] ?? null;
    const container = process === null ? null : (containers.get(process.pid) ?? null);
    const { namespace, socket } = row;
    return {
      namespace,
      remote: formatEndpoint(unmapped(socket.remote.address), socket.remote.port),
      ...beside,
      stuck: { ...stuckOf(row, judgement), process, container },
    };
  });
  return { connections, hiddenProcesses };
}

function stuckOf(
  { socket, syn }: Row,
  judgement: ClientJudgement,
): Omit<StuckClient, "process" | "container"> {
  const nextResendMs = socket.timer === 1 ? socket.expiresMs : null;
  const { sinceMs, givesUpInMs } = synTimes(judgement.kind, judgement.resends, nextResendMs, syn) ?? {
    sinceMs: judgement.sinceMs,
    givesUpInMs: null,
  };
  return {
    ...judgement,
    sinceMs,
    local: formatEndpoint(unmapped(socket.local.address), socket.local.port),
    nextResendMs,
    givesUpInMs,
  };
}
