/**
 * The head of an HTTP/1 request, strictly: enough to know whether it is one, and how to answer it. Not a router and not
 * a reader of bodies; the slow server gives everybody the same document. Node's own parser cannot be used without
 * node:http, which accepts greedily.
 *
 * @module
 */

/** The largest head that is read; the same as Node's own default. */
export const MAX_HEAD_BYTES = 16_384;

/** Why a request gets no document. */
export type Refusal = 400 | 408 | 431 | 501 | 505;

/** What a head turned out to be. */
export type RequestVerdict =
  | { readonly kind: "request"; readonly method: string }
  | { readonly kind: "refused"; readonly status: Refusal };

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const REQUEST_LINE = new RegExp(`^(${TOKEN}) [\\x21-\\x7e\\x80-\\xff]+ HTTP/(\\d)\\.(\\d)$`);
const FIELD_LINE = new RegExp(`^(${TOKEN}):[^\\x00\\r\\n]*$`);
const NOT_A_TOKEN = new RegExp(`^(?!${TOKEN})`);
const END_OF_HEAD = /\r?\n\r?\n/;

/** The head as far as it has come, one character a byte. Empty lines before it do not count. @rfc 9112 §2.2 */
export function appendToHead(head: string, bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
  return head === "" ? text.replace(/^[\r\n]+/, "") : head + text;
}

/** True when no further byte can change the verdict: the head is whole, too large, or no HTTP from its first byte on. */
export function isHeadDecided(head: string): boolean {
  if (head === "") return false;
  return head.length > MAX_HEAD_BYTES || NOT_A_TOKEN.test(head) || END_OF_HEAD.test(head);
}

/** The verdict on a head; one that breaks off is malformed. @rfc 9112 §3 */
export function judgeHead(head: string): RequestVerdict {
  const end = head.search(END_OF_HEAD);
  if (end > MAX_HEAD_BYTES || (end < 0 && head.length > MAX_HEAD_BYTES)) return refused(431);
  if (end < 0) return refused(400);
  const [requestLine = "", ...fields] = head.slice(0, end).split(/\r?\n/);
  const match = REQUEST_LINE.exec(requestLine);
  if (match === null) return refused(400);
  const [, method = "", major, minor] = match;
  if (major !== "1") return refused(505);
  const names = fields.map((field) => FIELD_LINE.exec(field)?.[1]?.toLowerCase() ?? null);
  if (names.includes(null) || !isHostGiven(names, minor === "0")) return refused(400);
  // A success to CONNECT would turn the connection into a tunnel, which this is not.
  return method === "CONNECT" ? refused(501) : { kind: "request", method };
}

/** HTTP/1.1 demands exactly one Host; older clients need not send it. @rfc 9112 §3.2 */
function isHostGiven(names: readonly (string | null)[], isOptional: boolean): boolean {
  const count = names.filter((name) => name === "host").length;
  return count === 1 || (count === 0 && isOptional);
}

function refused(status: Refusal): RequestVerdict {
  return { kind: "refused", status };
}
