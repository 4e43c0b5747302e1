/**
 * The slow server of the original experiment: it takes one connection at a time from the accept queue, answers it at
 * once, holds it open, closes it, and only then takes the next. Everybody else waits in the kernel's queues, which is
 * what it is for. Not built on node:net, which empties the accept queue as fast as it can.
 *
 * A client that closes its side keeps its turn until the hold is over, as in the original; one that resets frees it.
 *
 * @module
 */
import { performance } from "node:perf_hooks";
import { SyscallError } from "../../core/errors.ts";
import { formatEndpoint } from "../../core/wire/address.ts";
import { errnoName, syscallError } from "../linux/ffi/check.ts";
import { watch } from "../linux/ffi/libc.ts";
import { readListenerQueue } from "../linux/socket/tcp-info.ts";
import {
  type Accepted,
  acceptFrom,
  closeSocket,
  isNotYet,
  localEndpoint,
  openListener,
} from "../linux/socket/tcp-socket.ts";
import { ClientSocket, type ReadingEnd } from "./client-socket.ts";
import { answerTo } from "./http-answer.ts";
import { appendToHead, isHeadDecided, judgeHead, type RequestVerdict } from "./http-request.ts";
import {
  listenHint,
  type SlowServerEvent,
  type SlowServerEventBody,
  type TurnEnd,
} from "./slow-server-event.ts";

/** How the server behaves. */
export interface SlowServerOptions {
  readonly address: string;
  /** 0 lets the kernel choose. */
  readonly port: number;
  /** What listen() is given: any 32-bit integer, also negative. */
  readonly backlog: number;
  /** How long an answered connection stays open. */
  readonly holdMs: number;
  /** How long a client may take to send the head of its request. */
  readonly patienceMs: number;
  /** Ends by itself after so many connections; null goes on for ever. */
  readonly count: number | null;
  readonly onEvent?: (event: SlowServerEvent) => void;
}

/** A server that is listening. */
export interface SlowServer {
  /** Where it listens; the port is the real one. */
  readonly endpoint: string;
  /** What the kernel keeps of the backlog. */
  readonly limit: number;
  /** Resolved when every descriptor is closed. */
  readonly closed: Promise<void>;
  /** Closes the listener and every connection at once. */
  close(): void;
}

const RETRY_ACCEPT_MS = 100;
/** accept() results that no waiting mends: the descriptor itself is wrong. */
const FATAL_ACCEPT_ERRORS = ["EBADF", "EINVAL", "ENOTSOCK", "EFAULT"];

/**
 * Starts listening and serving.
 *
 * @throws {SyscallError} such as EADDRINUSE, with what to do about it; nothing stays open then
 */
export function startSlowServer(options: SlowServerOptions): SlowServer {
  const fd = listenWithHint(options);
  try {
    return new ServerLoop(fd, options);
  } catch (error) {
    closeSocket(fd);
    throw error;
  }
}

function listenWithHint(options: SlowServerOptions): number {
  try {
    return openListener(options);
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error;
    const where = formatEndpoint(options.address, options.port);
    throw syscallError(`listen on ${where}`, error.errno, listenHint(error.code));
  }
}

class ServerLoop implements SlowServer {
  readonly endpoint: string;
  readonly limit: number;
  readonly closed: Promise<void>;
  readonly #fd: number;
  readonly #options: SlowServerOptions;
  readonly #startedAt = performance.now();
  /** The client whose turn it is, and those that are being closed behind it. */
  readonly #clients = new Set<ClientSocket>();
  readonly #closings = new Set<Promise<void>>();
  #accepted = 0;
  #isClosing: boolean = false;
  #wake: (() => void) | null = null;

  constructor(fd: number, options: SlowServerOptions) {
    this.#fd = fd;
    this.#options = options;
    this.endpoint = localEndpoint(fd);
    this.limit = readListenerQueue(fd).limit;
    const { backlog } = options;
    this.#emit({ event: "listening", endpoint: this.endpoint, backlog, limit: this.limit });
    this.closed = this.#run();
  }

  close(): void {
    this.#isClosing = true;
    this.#wake?.();
    for (const client of this.#clients) client.cancel();
  }

  async #run(): Promise<void> {
    try {
      while (!this.#isClosing && this.#accepted !== this.#options.count) {
        const accepted = await this.#accept();
        if (accepted !== null) await this.#serve(accepted);
      }
    } finally {
      closeSocket(this.#fd);
      await Promise.all(this.#closings);
    }
  }

  /** The next connection, or null when the server is closing. */
  async #accept(): Promise<Accepted | null> {
    let lastError = "";
    while (!this.#isClosing) {
      const result = acceptFrom(this.#fd);
      if (typeof result === "object") return result;
      if (isNotYet(result)) {
        await this.#untilReadable();
        continue;
      }
      const error = errnoName(-result);
      if (FATAL_ACCEPT_ERRORS.includes(error)) throw new Error(`accept on our own listener: ${error}`);
      if (error !== lastError) this.#emit({ event: "accept-failed", error });
      lastError = error;
      // With EMFILE the listener stays readable, so watching it would spin.
      await this.#delay(RETRY_ACCEPT_MS);
    }
    return null;
  }

  async #serve(accepted: Accepted): Promise<void> {
    this.#accepted += 1;
    const connection = this.#accepted;
    const client = new ClientSocket(accepted);
    this.#clients.add(client);
    const startedAt = performance.now();
    this.#emit({ event: "accepted", connection, client: client.remote });
    let reason: TurnEnd = "stopped";
    try {
      reason = await this.#takeTurn(client, connection);
    } finally {
      this.#release(client);
    }
    const openMs = toMicroseconds(performance.now() - startedAt);
    this.#emit({ event: "closed", connection, client: client.remote, reason, openMs });
  }

  /** Closes a client behind the back of the next one. */
  #release(client: ClientSocket): void {
    const closing = client.closePolitely().finally(() => {
      this.#clients.delete(client);
      this.#closings.delete(closing);
    });
    this.#closings.add(closing);
    if (this.#isClosing) client.cancel();
  }

  async #takeTurn(client: ClientSocket, connection: number): Promise<TurnEnd> {
    const verdict = await readRequest(client, this.#options.patienceMs);
    if (typeof verdict === "string") return verdict;
    const answer = answerTo(verdict);
    if (!client.send(answer.head) || !client.send(answer.body)) return "reset";
    this.#emit({ event: "answered", connection, client: client.remote, status: answer.status });
    if (verdict.kind === "refused") return "refused";
    const end = await client.read({ forMs: this.#options.holdMs, take: () => false, untilFin: false });
    return end === "time" ? "held" : turnEndOf(end);
  }

  #untilReadable(): Promise<void> {
    return this.#wakeable((wake) => watch(this.#fd, "readable", wake));
  }

  #delay(ms: number): Promise<void> {
    return this.#wakeable((wake) => {
      const timer = setTimeout(wake, ms);
      return () => clearTimeout(timer);
    });
  }

  /** Waits for what `start` begins; close() ends the waiting too. */
  #wakeable(start: (wake: () => void) => () => void): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#wake = null;
        stop();
        resolve();
      };
      const stop = start(wake);
      this.#wake = wake;
    });
  }

  #emit(body: SlowServerEventBody): void {
    const at = toMicroseconds(performance.now() - this.#startedAt);
    this.#options.onEvent?.({ ...body, at, time: new Date().toISOString() });
  }
}

/** Reads the head of a request, in however many pieces; or says how the client's turn ended without one. */
async function readRequest(client: ClientSocket, patienceMs: number): Promise<RequestVerdict | TurnEnd> {
  let head = "";
  const take = (bytes: Uint8Array): boolean => {
    head = appendToHead(head, bytes);
    return isHeadDecided(head);
  };
  const end = await client.read({ forMs: patienceMs, take, untilFin: true });
  if (end === "time") return { kind: "refused", status: 408 };
  if (end === "enough" || (end === "fin" && head !== "")) return judgeHead(head);
  return turnEndOf(end);
}

function turnEndOf(end: ReadingEnd): TurnEnd {
  if (end === "reset") return "reset";
  return end === "fin" ? "vanished" : "stopped";
}

/** Milliseconds with three decimals: more would be noise. */
function toMicroseconds(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
