/**
 * How a listener is called in every report: its endpoint or path, and what is special about it.
 *
 * @module
 */
import { formatEndpoint } from "../../wire/address.ts";
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
