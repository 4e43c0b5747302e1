/**
 * What the slow server answers. The document is the original experiment's: a head of 117 bytes and a body of 13, so that
 * byte counts and captures can be laid beside its listings. The original's lines ended in bare line feeds; ours end in
 * CRLF as HTTP wants, and what that costs is saved at the optional spaces and at the value of Accept-range, a field that
 * means nothing anyway.
 *
 * @module
 */
import type { Refusal, RequestVerdict } from "./http-request.ts";

/** An answer in the two pieces in which it is sent, as the original did. */
export interface Answer {
  readonly status: number;
  readonly head: Uint8Array;
  readonly body: Uint8Array;
}

const DOCUMENT = encode("Hello World!\n");
const DOCUMENT_HEAD = encode(
  [
    "HTTP/1.1 200 success",
    "Server: NBS/1.0",
    "Accept-range:",
    "Connection:close",
    "Content-type:text/html",
    `Content-length:${DOCUMENT.length}`,
    "",
    "",
  ].join("\r\n"),
);
const NOTHING = new Uint8Array(0);

const REFUSALS: Readonly<Record<Refusal, readonly [reason: string, explanation: string]>> = {
  400: ["Bad Request", "This is not the head of an HTTP/1 request.\n"],
  408: ["Request Timeout", "The head of the request did not come in time.\n"],
  431: ["Request Header Fields Too Large", "The head of the request is too large.\n"],
  501: ["Not Implemented", "This server is no proxy.\n"],
  505: ["HTTP Version Not Supported", "This server speaks HTTP/1 only.\n"],
};

/** The answer that a request gets. */
export function answerTo(verdict: RequestVerdict): Answer {
  if (verdict.kind === "refused") return refusalOf(verdict.status);
  return { status: 200, head: DOCUMENT_HEAD, body: verdict.method === "HEAD" ? NOTHING : DOCUMENT };
}

function refusalOf(status: Refusal): Answer {
  const [reason, explanation] = REFUSALS[status];
  const body = encode(explanation);
  const lines = [
    `HTTP/1.1 ${status} ${reason}`,
    "Server: NBS/1.0",
    "Connection: close",
    "Content-Type: text/plain",
    `Content-Length: ${body.length}`,
  ];
  return { status, head: encode(`${lines.join("\r\n")}\r\n\r\n`), body };
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
