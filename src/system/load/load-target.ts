/**
 * From what the user typed to where the load goes: the URL, its addresses in the resolver's order, and the request's
 * bytes. The name is looked up once, so that every request of a run goes to the same machine.
 *
 * @module
 */

import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { UsageError } from "../../core/errors.ts";
import { shownWord } from "../../core/report/layout/printable.ts";

/** Where requests go. */
export interface LoadTarget {
  readonly url: URL;
  readonly hostname: string;
  readonly port: number;
}

/**
 * Reads a URL; `http://` may be left out, as ab allows.
 *
 * @throws {UsageError} when it is no URL, or not one of plain HTTP
 */
export function parseLoadUrl(text: string): LoadTarget {
  const full = text.includes("://") ? text : `http://${text}`;
  const url = URL.canParse(full) ? new URL(full) : null;
  if (url === null)
    throw new UsageError(`URL must be such as http://localhost:8088/, got ${shownWord(text)}`);
  if (url.protocol !== "http:") {
    throw new UsageError(
      `URL must begin with http:// (TLS and other protocols are not spoken), got ${shownWord(text)}`,
    );
  }
  if (url.username !== "" || url.password !== "") {
    throw new UsageError("URL must be without a user name or a password");
  }
  if (url.port === "0") throw new UsageError(`URL must have a port from 1 to 65535, got ${shownWord(text)}`);
  return {
    url,
    hostname: url.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: url.port === "" ? 80 : Number(url.port),
  };
}

/** Every address of the host, at least one. @throws {UsageError} when the name has none */
export async function resolveAddresses({ hostname }: LoadTarget): Promise<string[]> {
  if (isIP(hostname) !== 0) return [hostname];
  try {
    const found = await lookup(hostname, { all: true, verbatim: true });
    return [...new Set(found.map(({ address }) => address))];
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
    throw new UsageError(`no address found for ${hostname}: ${code}`, { cause: error });
  }
}

/** The request: HTTP/1.0 without keep-alive, the same fields as ab's in the same order. */
export function encodeLoadRequest({ url }: LoadTarget, userAgent: string): Uint8Array {
  const lines = [
    `GET ${url.pathname}${url.search} HTTP/1.0`,
    `Host: ${url.host}`,
    `User-Agent: ${userAgent}`,
    "Accept: */*",
  ];
  return new TextEncoder().encode(`${lines.join("\r\n")}\r\n\r\n`);
}
