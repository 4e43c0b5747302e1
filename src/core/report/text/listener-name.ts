/**
 * How a listener is called in every report: its endpoint or path, and what is special about it.
 *
 * @module
 */

import { formatEndpoint } from "../../wire/address.ts";
import { cutEnd, cutStart } from "../layout/columns.ts";
import { printable } from "../layout/printable.ts";

/** What the name is made of. */
export interface NamedListener {
  readonly protocol: string;
  readonly address: string | null;
  readonly port: number | null;
  readonly path: string | null;
}

/** `127.0.0.1:80`, or a unix socket's path. */
export function listenerName({ address, port, path }: NamedListener): string {
  if (address !== null && port !== null) return formatEndpoint(address, port);
  return path === null ? "(unnamed)" : printable(path);
}

/** A listener's name and its marks in less room: of a path the end tells most; an address stays whole, and its marks give way. */
export function shortenListener(text: string, most: number): string {
  if (/^[/@]/.test(text)) return cutStart(text, most);
  const [endpoint = ""] = text.split(" ", 1);
  return most > endpoint.length + 1 ? cutEnd(text, most) : endpoint;
}
