/**
 * A stream socket as a simulated program uses it, whatever is underneath. Results are those of the system calls: a number,
 * or an errno's name.
 *
 * @module
 */
import type { SynCargo } from "./syn-sender.ts";

/** One socket of a program. */
export interface StreamSocket {
  /** The endpoint at the other side. */
  readonly remote: string;
  /** Whether connect() is not over. */
  readonly isConnecting: boolean;
  /** Whether recv() would return something other than EAGAIN. */
  readonly isReadable: boolean;
  /** connect() without waiting. */
  connect(cargo: SynCargo | null): number | string;
  /** The pending error, which is then none (SO_ERROR); null for none. */
  takeError(): string | null;
  /** Bytes that were taken, or why none. */
  send(bytes: number): number | string;
  /** Bytes that were there, 0 at the end of the stream, or an errno's name; null when there is nothing to read yet. */
  read(most: number): number | string | null;
  close(): void;
  /** Closes with a reset, where the protocol knows one. */
  abort(): void;
}
