/**
 * As much of an HTTP answer as a load generator must know: its status, how long its body should be, and how much came.
 * Bodies are counted and thrown away.
 *
 * Node's own client is not used on purpose: it speaks HTTP/1.1 only, and it hangs up as soon as Content-Length is
 * satisfied, so that it never sees how long the server keeps the connection, which is the thing to be measured. To an
 * HTTP/1.0 request a server may not answer in chunks (RFC 9112, 6.1), so a status line and one field are all there is.
 *
 * @module
 */
import type { LoadFailure } from "../../core/load/index.ts";

const MAX_HEAD_BYTES = 65_536;
const STATUS_LINE = /^HTTP\/\d\.\d (\d{3})(?: |$)/;

/** What an answer has come to so far. */
export interface HttpResponse {
  bytes: number;
  bodyBytes: number;
  /** The head as far as it has come, one character a byte. */
  head: string;
  isHeadWhole: boolean;
  status: number | null;
  /** Null when the server did not say. */
  contentLength: number | null;
  serverSoftware: string | null;
}

/** An answer of which nothing has come yet. */
export function emptyResponse(): HttpResponse {
  return {
    bytes: 0,
    bodyBytes: 0,
    head: "",
    isHeadWhole: false,
    status: null,
    contentLength: null,
    serverSoftware: null,
  };
}

/** Adds bytes that came. */
export function addToResponse(response: HttpResponse, chunk: Buffer): void {
  response.bytes += chunk.length;
  if (response.isHeadWhole) {
    response.bodyBytes += chunk.length;
    return;
  }
  if (response.head.length > MAX_HEAD_BYTES) return;
  response.head += chunk.toString("latin1");
  const end = /\r?\n\r?\n/.exec(response.head);
  if (end === null) return;
  response.isHeadWhole = true;
  response.bodyBytes = response.head.length - end.index - end[0].length;
  response.head = response.head.slice(0, end.index);
  readFields(response, response.head.split(/\r?\n/));
}

/** Reads answers of which most have the same head, byte for byte: such a head is read once. */
export class AnswerReader {
  /** The Server field of the first answer that had one. */
  serverSoftware: string | null = null;
  #known: { readonly bytes: Buffer; readonly response: HttpResponse } | null = null;

  /** Adds bytes that came to an answer. */
  take(response: HttpResponse, chunk: Buffer): void {
    if (response.bytes === 0 && this.#isKnown(chunk)) {
      Object.assign(response, this.#known?.response);
      response.bytes = chunk.length;
      response.bodyBytes = chunk.length - (this.#known?.bytes.length ?? 0);
      return;
    }
    const isFirst = response.bytes === 0;
    addToResponse(response, chunk);
    this.serverSoftware ??= response.serverSoftware;
    if (!isFirst || !response.isHeadWhole) return;
    const bytes = Buffer.from(chunk.subarray(0, chunk.length - response.bodyBytes));
    this.#known = { bytes, response: { ...response } };
  }

  #isKnown(chunk: Buffer): boolean {
    const bytes = this.#known?.bytes;
    return bytes !== undefined && chunk.length >= bytes.length && bytes.compare(chunk, 0, bytes.length) === 0;
  }
}

/** What is wrong with an answer after which the server has closed, or null. */
export function responseFailure(response: HttpResponse): LoadFailure | null {
  const { head, status, contentLength, bodyBytes } = response;
  if (!response.isHeadWhole) return looksLikeHttp(head) ? "closed-early" : "bad-response";
  if (status === null || Number.isNaN(contentLength)) return "bad-response";
  const hasBody = status >= 200 && status !== 204 && status !== 304;
  if (hasBody && contentLength !== null && bodyBytes < contentLength) return "closed-early";
  return status >= 200 && status < 300 ? null : "non-2xx";
}

function readFields(response: HttpResponse, [statusLine = "", ...lines]: readonly string[]): void {
  const status = STATUS_LINE.exec(statusLine)?.[1];
  response.status = status === undefined ? null : Number(status);
  const length = fieldValue(lines, "content-length");
  if (length !== null) response.contentLength = /^\d+$/.test(length) ? Number(length) : Number.NaN;
  response.serverSoftware = fieldValue(lines, "server");
}

function fieldValue(lines: readonly string[], name: string): string | null {
  const line = lines.find((candidate) => candidate.toLowerCase().startsWith(`${name}:`));
  return line?.slice(name.length + 1).trim() ?? null;
}

/** True for the beginning of an answer that broke off, also for an empty one. */
function looksLikeHttp(head: string): boolean {
  return head.length <= MAX_HEAD_BYTES && ("HTTP/".startsWith(head) || head.startsWith("HTTP/"));
}
