/**
 * One request over one new connection, timed as ab times it: it is complete when the server closes, and waiting is
 * from the end of sending to the first byte. What goes wrong is a value with a cause, never an exception.
 *
 * @module
 */
import { connect, type Socket } from "node:net";
import { performance } from "node:perf_hooks";
import type { LoadFailure } from "../../core/report/text/load-table.ts";
import { formatEndpoint } from "../../core/wire/address.ts";
import { addToResponse, emptyResponse, type HttpResponse, responseFailure } from "./http-response.ts";

/** What to send, where, and how long to wait for the end. */
export interface ConnectionOptions {
  readonly address: string;
  readonly port: number;
  readonly request: Uint8Array;
  readonly timeoutMs: number;
  /** The request puts in here how to call it off, and takes it out at its end. */
  readonly cancellations: Set<() => void>;
  readonly onConnected: () => void;
}

/** What became of the request; instants are in milliseconds of `performance.now()`, null for what did not happen. */
export interface ConnectionOutcome {
  readonly startedAt: number;
  readonly connectedAt: number | null;
  readonly sentAt: number | null;
  readonly firstByteAt: number | null;
  readonly endedAt: number;
  readonly local: string | null;
  readonly response: HttpResponse;
  readonly failure: LoadFailure | null;
  /** The errno's name, or null. */
  readonly error: string | null;
}

/** Errors that are this machine's own: no port, no descriptor, no memory for another socket. */
const OWN_ERRORS = ["EADDRNOTAVAIL", "EADDRINUSE", "EMFILE", "ENFILE", "ENOBUFS", "ENOMEM", "EAGAIN"];

/** Opens a connection, sends the request and reads to the end; null when it was called off. */
export function sendOneRequest(options: ConnectionOptions): Promise<ConnectionOutcome | null> {
  const { cancellations } = options;
  return new Promise((resolve) => {
    const startedAt = performance.now();
    const socket = connect({ host: options.address, port: options.port });
    const watched = watchConnection(socket, options);
    const settle = (outcome: ConnectionOutcome | null): void => {
      clearTimeout(timer);
      cancellations.delete(cancel);
      resolve(outcome);
      socket.destroy();
    };
    const finish = (failure: LoadFailure | null, error: string | null = null): void => {
      settle({ startedAt, ...watched, endedAt: performance.now(), failure, error });
    };
    const cancel = (): void => settle(null);
    cancellations.add(cancel);
    const timer = setTimeout(() => {
      finish(watched.connectedAt === null ? "connect-timeout" : "timeout");
    }, options.timeoutMs);
    socket.on("end", () => finish(responseFailure(watched.response)));
    socket.on("error", ({ code }: NodeJS.ErrnoException) => {
      finish(causeOf(code ?? "", watched.connectedAt !== null), code ?? null);
    });
  });
}

type Watched = Omit<ConnectionOutcome, "startedAt" | "endedAt" | "failure" | "error">;

/** Notes the instants of a connection as they come, and sends the request as soon as there is a connection. */
function watchConnection(socket: Socket, options: ConnectionOptions): Watched {
  const watched = {
    connectedAt: null as number | null,
    sentAt: null as number | null,
    firstByteAt: null as number | null,
    local: null as string | null,
    response: emptyResponse(),
  };
  socket.on("connect", () => {
    watched.connectedAt = performance.now();
    watched.local = formatEndpoint(socket.localAddress ?? "", socket.localPort ?? 0);
    options.onConnected();
    // libuv writes a request this small before write() returns; only its callback comes later.
    socket.write(options.request);
    watched.sentAt = performance.now();
  });
  socket.on("data", (chunk: Buffer) => {
    watched.firstByteAt ??= performance.now();
    addToResponse(watched.response, chunk);
  });
  return watched;
}

function causeOf(code: string, isConnected: boolean): LoadFailure {
  if (OWN_ERRORS.includes(code)) return "address-unavailable";
  if (isConnected)
    return code === "ECONNRESET" || code === "EPIPE" ? "reset" : timeoutOrOther(code, "timeout");
  if (code === "ECONNREFUSED") return "refused";
  if (code === "ECONNRESET") return "reset-at-connect";
  return timeoutOrOther(code, "connect-timeout");
}

function timeoutOrOther(code: string, timeout: LoadFailure): LoadFailure {
  return code === "ETIMEDOUT" ? timeout : "other";
}
