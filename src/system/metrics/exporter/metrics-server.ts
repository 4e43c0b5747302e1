/**
 * The HTTP side of the exporter: `/metrics`, `/healthz`, `/`, and nothing else. It only reads, asks for no name, and answers
 * GET and HEAD.
 *
 * @module
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { NotSupportedError, UsageError } from "../../../core/errors.ts";
import { formatEndpoint } from "../../../core/wire/address.ts";
import { ConnectionBound } from "./connection-bound.ts";
import { type Exposed, preferredFormat } from "./exposition.ts";
import { PagesUnderWay } from "./pages-under-way.ts";
import { sendPage } from "./send-page.ts";
import type { Format } from "./text-format.ts";

const MOST_CONNECTIONS = 64;
const ANSWER_WITHIN_MS = 10_000;
const REQUEST_WITHIN_MS = 5_000;
/** Longer than the usual distance of two scrapes, so that Prometheus can keep its connection. */
const KEEP_ALIVE_MS = 75_000;
const MOST_HEADER_BYTES = 8_192;
/** Three scrapes of 5,000 listeners at once, or thirty of 500. */
const MOST_BYTES_UNDER_WAY = 32 * 1024 * 1024;
/** Counts only where there is no room: 64 KiB in so long is a reader that would need a minute for such a page. */
const STALLED_MS = 250;

/** What it serves and where. */
export interface MetricsServerOptions {
  /** Null for every address of the machine. */
  readonly address: string | null;
  /** 0 for any free one. */
  readonly port: number;
  metrics(format: Format): Exposed | Promise<Exposed>;
  /** Null while all is well, else a sentence. */
  trouble(): string | null;
}

/** A server that listens. */
export interface MetricsServer {
  /** Where it listens, such as `"127.0.0.1:9842"`. */
  readonly endpoint: string;
  /** Ends it, and every connection with it. */
  close(): Promise<void>;
}

/**
 * Starts it.
 *
 * @throws {UsageError} when the address or port cannot be had
 * @throws {NotSupportedError} when this user may not have the port
 */
export async function startMetricsServer(options: MetricsServerOptions): Promise<MetricsServer> {
  const server = createServer({
    headersTimeout: REQUEST_WITHIN_MS,
    requestTimeout: REQUEST_WITHIN_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionsCheckingInterval: 1_000,
    maxHeaderSize: MOST_HEADER_BYTES,
  });
  const bound = new ConnectionBound(server, {
    mostConnections: MOST_CONNECTIONS,
    answerWithinMs: ANSWER_WITHIN_MS,
  });
  const underWay = new PagesUnderWay({
    mostBytes: MOST_BYTES_UNDER_WAY,
    stalledMs: STALLED_MS,
    now: () => performance.now(),
  });
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    bound.watch(response);
    void answer(request, response, { ...options, underWay });
  });
  await listen(server, options);
  const { address, port } = server.address() as AddressInfo;
  return { endpoint: formatEndpoint(address, port), close: () => closeServer(server, bound) };
}

async function closeServer(server: Server, bound: ConnectionBound): Promise<void> {
  const closed = once(server, "close");
  server.close();
  bound.destroyAll();
  await closed;
}

async function listen(server: Server, { address, port }: MetricsServerOptions): Promise<void> {
  try {
    server.listen(address === null ? { port } : { host: address, port });
    await once(server, "listening");
  } catch (error) {
    throw listenError(
      error as NodeJS.ErrnoException,
      address === null ? `:${port}` : formatEndpoint(address, port),
    );
  }
}

function listenError(error: NodeJS.ErrnoException, endpoint: string): Error {
  const cause = { cause: error };
  switch (error.code) {
    case "EADDRINUSE":
      return new UsageError(
        `--listen ${endpoint}: another program listens there; choose another port`,
        cause,
      );
    case "EADDRNOTAVAIL":
      return new UsageError(`--listen ${endpoint}: this machine has no such address`, cause);
    case "EACCES":
      return new NotSupportedError(
        `listening on ${endpoint}`,
        "permission denied",
        "use a port from 1024 on",
        cause,
      );
    default:
      return error;
  }
}

interface Served extends MetricsServerOptions {
  readonly underWay: PagesUnderWay;
}

async function answer(request: IncomingMessage, response: ServerResponse, options: Served): Promise<void> {
  const path = (request.url ?? "").replace(/\?.*$/s, "");
  const page = PAGES.get(path);
  if (page === undefined) return send(response, 404, `there is no ${printablePath(path)}; see /metrics\n`);
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.setHeader("Allow", "GET, HEAD");
    return send(response, 405, "only GET and HEAD\n");
  }
  try {
    await page(request, response, options);
  } catch (error) {
    send(response, 500, `${error instanceof Error ? error.message : String(error)}\n`);
  }
}

type Page = (request: IncomingMessage, response: ServerResponse, options: Served) => Promise<void> | void;

function sendHealth(response: ServerResponse, trouble: string | null): void {
  send(response, trouble === null ? 200 : 503, `${trouble ?? "ok"}\n`);
}

const sendMetrics: Page = async (request, response, options) => {
  const exposed = await options.metrics(preferredFormat(request.headers.accept));
  try {
    await sendExposed(request, response, exposed, options.underWay);
  } finally {
    exposed.body.release();
  }
};

async function sendExposed(
  request: IncomingMessage,
  response: ServerResponse,
  { contentType, body }: Exposed,
  underWay: PagesUnderWay,
): Promise<void> {
  const head = { "Content-Type": contentType, "Content-Length": body.length, Vary: "Accept" };
  if (request.method === "HEAD") return void response.writeHead(200, head).end();
  const page = underWay.begin(body.length, { destroy: () => response.socket?.resetAndDestroy() });
  if (page === null) {
    response.setHeader("Retry-After", "1");
    return send(response, 503, "too many scrapes at once\n");
  }
  await sendPage(response.writeHead(200, head), body, page);
}

const PAGES: ReadonlyMap<string, Page> = new Map<string, Page>([
  ["/", (_request, response) => send(response, 200, "listenq exporter: see /metrics and /healthz\n")],
  ["/healthz", (_request, response, { trouble }) => sendHealth(response, trouble())],
  ["/metrics", sendMetrics],
]);

function send(response: ServerResponse, status: number, text: string): void {
  const body = Buffer.from(text);
  response.writeHead(status, {
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Length": body.length,
    "X-Content-Type-Options": "nosniff",
  });
  response.end(body);
}

/** A path is the visitor's text: nothing of it comes back but letters. */
function printablePath(path: string): string {
  return /^[\w./-]{1,60}$/.test(path) ? path : "such page";
}
