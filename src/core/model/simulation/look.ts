/**
 * The socket tables of both hosts at one moment, as the lab reads them from the kernel.
 *
 * @module
 */
import type { TraceSocket } from "../../trace/index.ts";
import { seqDiff } from "../../wire/packet/sequence.ts";
import type { ServerHost } from "../host/server-host.ts";
import type { Connection } from "./end/end-connection.ts";

/** Who holds a socket of a simulation: there are no processes, so the hosts stand for them. */
const SERVER_PROCESS = { pid: 1, name: "server" } as const;
const CLIENT_PROCESS = { pid: 2, name: "client" } as const;
/** The descriptor of a listener. */
export const LISTENER_FD = 3;
/** The descriptor of the first socket that is no listener. */
export const FIRST_FD = 4;

/** One end with its holder. */
export interface HeldConnection {
  readonly connection: Connection;
  /** Null while nobody has accepted it, and after close(). */
  readonly holder: { readonly actor: string; readonly fd: number } | null;
}

/** What is looked at. */
export interface LookedAt {
  readonly host: ServerHost;
  readonly server: Iterable<HeldConnection>;
  readonly clients: Iterable<HeldConnection>;
  readonly anyAddress: string;
}

/** The sockets of both hosts, as `ss` would list them. */
export function socketTables(at: number, { host, server, clients, anyAddress }: LookedAt): TraceSocket[] {
  const listening = host.listeners().map(
    (listener): TraceSocket => ({
      at,
      host: "server",
      state: "LISTEN",
      local: String(listener.endpoint),
      remote: anyAddress,
      recvQueue: listener.acceptQueue.length,
      sendQueue: listener.limit,
      process: { ...SERVER_PROCESS, fd: LISTENER_FD },
      actor: listener.name,
    }),
  );
  const requests = host.requests().map((request): TraceSocket => {
    const ends = { local: String(request.listener.endpoint), remote: String(request.peer) };
    const queues = { recvQueue: 0, sendQueue: 0 };
    return { at, host: "server", state: "SYN_RECV", ...ends, ...queues, process: null, actor: null };
  });
  const rows = (side: Iterable<HeldConnection>, name: "server" | "client") =>
    [...side].filter(({ connection }) => connection.state !== "CLOSE").map((held) => rowOf(at, name, held));
  const accepted = rows(server, "server").map((row) =>
    isHalfOpen(host, row) ? { ...row, state: "SYN_RECV" } : row,
  );
  return [...listening, ...requests, ...accepted, ...rows(clients, "client")];
}

/** Fast Open makes a connection before its handshake has ended: the kernel lists it in SYN_RECV until then. */
function isHalfOpen(host: ServerHost, { local, remote }: TraceSocket): boolean {
  return host.connection(local, remote)?.state === "SYN_RECV";
}

function rowOf(at: number, host: "server" | "client", { connection, holder }: HeldConnection): TraceSocket {
  const { state, ends } = connection;
  const isWaiting = state === "TIME_WAIT";
  const process = host === "server" ? SERVER_PROCESS : CLIENT_PROCESS;
  return {
    at,
    host,
    state,
    local: ends.local,
    remote: ends.remote,
    recvQueue: isWaiting ? 0 : connection.receiveQueue,
    sendQueue: isWaiting ? 0 : seqDiff(connection.unacknowledged, 0),
    process: holder === null ? null : { ...process, fd: holder.fd },
    actor: holder?.actor ?? null,
  };
}
