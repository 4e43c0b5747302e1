/**
 * A slow server whose events a test can wait for, and clients that a test drives.
 *
 * @module
 */
import { connect, type Socket } from "node:net";
import {
  type SlowServer,
  type SlowServerOptions,
  startSlowServer,
} from "../../../../src/system/load/slow-server.ts";
import type { SlowServerEvent } from "../../../../src/system/load/slow-server-event.ts";

export const GET = "GET / HTTP/1.0\r\n\r\n";

/** Long enough that only what a test does can end it. */
export const FOREVER_MS = 3_600_000;

export interface WatchedServer extends SlowServer {
  readonly port: number;
  readonly events: SlowServerEvent[];
  /** The first event of that name, of the n-th connection if one is given; waits for it. */
  seen(name: SlowServerEvent["event"], connection?: number): Promise<SlowServerEvent>;
}

export function startWatchedServer(options: Partial<SlowServerOptions> = {}): WatchedServer {
  const events: SlowServerEvent[] = [];
  const waiting = new Set<() => void>();
  const server = startSlowServer({
    address: "127.0.0.1",
    port: 0,
    backlog: 16,
    holdMs: 1,
    patienceMs: FOREVER_MS,
    count: null,
    ...options,
    onEvent: (event) => {
      events.push(event);
      for (const check of waiting) check();
    },
  });
  const seen: WatchedServer["seen"] = (name, connection) =>
    new Promise((resolve) => {
      const check = (): void => {
        const event = events.find(
          (one) =>
            one.event === name &&
            (connection === undefined || ("connection" in one && one.connection === connection)),
        );
        if (event === undefined) return;
        waiting.delete(check);
        resolve(event);
      };
      waiting.add(check);
      check();
    });
  const { endpoint, limit, closed } = server;
  const port = Number(/:(\d+)$/.exec(endpoint)?.[1]);
  return { endpoint, limit, closed, close: () => server.close(), port, events, seen };
}

/** How a client's connection ended: what it was sent, and the error if there was one. */
export interface ClientEnd {
  readonly text: string;
  readonly error: string | null;
}

export interface Client {
  readonly socket: Socket;
  readonly connected: Promise<void>;
  /** Resolved when the server has sent FIN, or with the connection's error. */
  readonly ended: Promise<ClientEnd>;
}

/** A client that keeps its side open when the server closes, until `ended` has been told. */
export function openClient(port: number): Client {
  const socket = connect({ host: "127.0.0.1", port, allowHalfOpen: true });
  const chunks: Buffer[] = [];
  const ended = new Promise<ClientEnd>((resolve) => {
    const tell = (error: string | null): void => {
      resolve({ text: Buffer.concat(chunks).toString("latin1"), error });
      socket.destroy();
    };
    socket.on("data", (chunk) => chunks.push(chunk));
    socket.on("end", () => tell(null));
    socket.on("error", (error: NodeJS.ErrnoException) => tell(error.code ?? "unknown"));
  });
  const connected = new Promise<void>((resolve) => {
    socket.on("connect", () => resolve());
  });
  return { socket, connected, ended };
}

/** A client that sends this and reads to the end. */
export function ask(port: number, text: string): Promise<ClientEnd> {
  const client = openClient(port);
  client.socket.write(text);
  return client.ended;
}
