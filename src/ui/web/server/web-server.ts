/**
 * The local page's server: the page's own files for everybody on this machine, `/api/` for whoever has the session. It listens
 * on loopback only, allows no other origin, and reads no file that is named in a request.
 *
 * @module
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { NotSupportedError, UsageError } from "../../../core/errors.ts";
import { formatEndpoint } from "../../../core/wire/address.ts";
import { ConnectionBound } from "../../../system/metrics/exporter/connection-bound.ts";
import { Doorkeeper, type Refusal } from "./doorkeeper.ts";
import type { WebAsset } from "./web-assets.ts";

const MOST_CONNECTIONS = 64;
/** Longer than Chromium keeps a connection that it has opened ahead, 60 s: the 408 on such a one would be taken for the answer to its next request. */
const REQUEST_WITHIN_MS = 75_000;
const ANSWER_WITHIN_MS = 10_000;
const MOST_HEADER_BYTES = 8_192;
const MOST_BODY_BYTES = 4_096;

/** What a page may load and do; the same stands in the page itself, for other web servers. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  ...["script-src 'self'", "style-src 'self'", "img-src 'self' data:", "connect-src 'self'"],
  ...["worker-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"],
].join("; ");

const HEADERS = {
  "Content-Security-Policy": CONTENT_SECURITY_POLICY,
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Cache-Control": "no-store",
} as const;

/** A request that has the session. */
export interface ApiRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly query: URLSearchParams;
  /** Of a POST, whole; empty otherwise. */
  readonly body: string;
  /** The answer goes on for as long as the visitor stays. */
  keepOpen(): void;
}

/** Answers one kind of request. */
export type ApiHandler = (request: ApiRequest) => void | Promise<void>;

/** What is served and where. */
export interface WebServerOptions {
  /** A loopback address. */
  readonly address: string;
  /** 0 for any free one. */
  readonly port: number;
  readonly assets: ReadonlyMap<string, WebAsset>;
  /** By method and path, such as `GET /api/live`. */
  readonly api: ReadonlyMap<string, ApiHandler>;
}

/** A server that listens. */
export interface WebServer {
  /** What to open, with the token in its fragment: fragments are sent to nobody. */
  readonly url: string;
  /** Ends it, and every connection with it. */
  close(): Promise<void>;
}

/**
 * Starts it.
 *
 * @throws {UsageError} when the address or port cannot be had
 * @throws {NotSupportedError} when this user may not have the port
 */
export async function startWebServer(options: WebServerOptions): Promise<WebServer> {
  const server = createServer({
    headersTimeout: REQUEST_WITHIN_MS,
    requestTimeout: REQUEST_WITHIN_MS,
    connectionsCheckingInterval: 1_000,
    maxHeaderSize: MOST_HEADER_BYTES,
  });
  const bound = new ConnectionBound(server, {
    mostConnections: MOST_CONNECTIONS,
    answerWithinMs: ANSWER_WITHIN_MS,
  });
  await listen(server, options);
  const { port } = server.address() as AddressInfo;
  const host = formatEndpoint(options.address, port);
  const doorkeeper = new Doorkeeper(hostNames(host, port), port);
  const door = { ...options, doorkeeper, bound };
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    void answer(request, response, door);
  });
  return { url: `http://${host}/#token=${doorkeeper.token}`, close: () => closeServer(server, bound) };
}

/** A browser leaves port 80 out. */
function hostNames(host: string, port: number): string[] {
  const names = [host, `localhost:${port}`];
  return port === 80 ? [...names, ...names.map((name) => name.replace(/:80$/, ""))] : names;
}

async function closeServer(server: Server, bound: ConnectionBound): Promise<void> {
  const closed = once(server, "close");
  server.close();
  bound.destroyAll();
  await closed;
}

async function listen(server: Server, { address, port }: WebServerOptions): Promise<void> {
  const endpoint = formatEndpoint(address, port);
  try {
    server.listen({ host: address, port });
    await once(server, "listening");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const cause = { cause: error };
    if (code === "EADDRINUSE")
      throw new UsageError(`--listen ${endpoint}: another program listens there; choose another port`, cause);
    if (code === "EADDRNOTAVAIL")
      throw new UsageError(`--listen ${endpoint}: this machine has no such address`, cause);
    if (code === "EACCES")
      throw new NotSupportedError(
        `listening on ${endpoint}`,
        "permission denied",
        "use a port from 1024 on",
        cause,
      );
    throw error;
  }
}

interface Door extends WebServerOptions {
  readonly doorkeeper: Doorkeeper;
  readonly bound: ConnectionBound;
}

async function answer(request: IncomingMessage, response: ServerResponse, door: Door): Promise<void> {
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
  const refusal = door.doorkeeper.refusal(request);
  if (refusal !== null) return refuse(request, response, refusal);
  const [path = "", query = ""] = (request.url ?? "").split("?");
  try {
    if (!path.startsWith("/api/")) sendAsset(request, response, door.assets.get(path), door.bound);
    else await answerApi(request, response, { path, query, door });
  } catch (error) {
    if (response.headersSent) response.destroy();
    else sendText(response, 500, error instanceof Error ? error.message : String(error));
  }
}

function sendAsset(
  { method }: IncomingMessage,
  response: ServerResponse,
  asset: WebAsset | undefined,
  bound: ConnectionBound,
): void {
  bound.watch(response);
  if (asset === undefined) sendText(response, 404, "there is no such page");
  else if (method !== "GET" && method !== "HEAD") sendText(response, 405, "only GET and HEAD");
  else {
    response.writeHead(200, { "Content-Type": asset.contentType, "Content-Length": asset.bytes.length });
    response.end(method === "HEAD" ? undefined : asset.bytes);
  }
}

interface Asked {
  readonly path: string;
  readonly query: string;
  readonly door: Door;
}

async function answerApi(
  request: IncomingMessage,
  response: ServerResponse,
  { path, query, door: { doorkeeper, api, bound } }: Asked,
): Promise<void> {
  const isSession = path === "/api/session" && request.method === "POST";
  const refusal = isSession ? null : doorkeeper.withoutSession(request);
  if (refusal !== null) return refuse(request, response, refusal);
  const handler = api.get(`${request.method} ${path}`);
  if (!isSession && handler === undefined) return sendText(response, 404, "there is nothing of that name");
  const keepOpen = bound.watch(response);
  const body = request.method === "POST" ? await bodyOf(request) : "";
  if (body === null) return sendText(response, 413, `at most ${MOST_BODY_BYTES} bytes`);
  if (isSession) return openSession(response, doorkeeper.exchange(body));
  await handler?.({ request, response, query: new URLSearchParams(query), body, keepOpen });
}

function openSession(response: ServerResponse, cookie: string | null): void {
  if (cookie === null) {
    sendText(response, 401, "this address was used already; start listenq web again for a new one");
    return;
  }
  response.writeHead(204, { "Set-Cookie": cookie });
  response.end();
}

async function bodyOf(request: IncomingMessage): Promise<string | null> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    length += piece.length;
    if (length > MOST_BODY_BYTES) return null;
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString("utf8");
}

/** Nothing that came with it is read. */
function refuse(request: IncomingMessage, response: ServerResponse, { status, words }: Refusal): void {
  request.resume();
  response.setHeader("Connection", "close");
  sendText(response, status, words);
}

/** One line of plain text. */
export function sendText(response: ServerResponse, status: number, words: string): void {
  const body = Buffer.from(`${words}\n`);
  response.writeHead(status, { "Content-Type": "text/plain; charset=utf-8", "Content-Length": body.length });
  response.end(body);
}

/** A document. */
export function sendJson(response: ServerResponse, document: unknown): void {
  const body = Buffer.from(JSON.stringify(document));
  response.writeHead(200, { "Content-Type": "application/json", "Content-Length": body.length });
  response.end(body);
}
