/**
 * Single questions about listeners whose names are known, many in one system call: 64 listeners cost two calls. A dump
 * (`sock-diag.ts`) is for finding them. A member of a SO_REUSEPORT group cannot be asked for by name: the kernel's lookup
 * picks one of the group.
 *
 * @module
 */
import { encodeInetDiagRequest } from "../../../core/wire/netlink/inet-diag.ts";
import { forEachInetDiagRow, type InetDiagRow } from "../../../core/wire/netlink/inet-diag-rows.ts";
import type { Closable } from "../ffi/descriptor.ts";
import { AnswerBatch } from "./answer-batch.ts";

/** Listeners in one question; their answers fit the receive buffer that the kernel gives by default. */
const MOST_AT_ONCE = 64;

/** What carries many questions at once, and the answers that are there. */
export interface BatchSocket extends Closable {
  /** Sends one or more whole requests. @throws {SyscallError} */
  send(requests: Uint8Array): void;
  /** Shows each datagram that waits; returns how often the kernel said that it could not deliver one (ENOBUFS). @throws {SyscallError} */
  receiveWaiting(visit: (datagram: Uint8Array) => void): number;
}

/** Names one listener. */
export interface ListenerName {
  readonly family: "ipv4" | "ipv6";
  readonly address: string;
  readonly port: number;
  readonly interfaceIndex: number;
  readonly cookie: bigint;
}

/** A netlink socket for such questions. It belongs to the namespace in which it was made. */
export class ListenerLookup implements Closable {
  readonly #socket: BatchSocket;
  #requests: Uint8Array[] = [];
  /** Answers that the kernel could not deliver. */
  overruns = 0;

  /** @throws {SyscallError} */
  constructor(socket: BatchSocket = new AnswerBatch(MOST_AT_ONCE)) {
    this.#socket = socket;
  }

  /** Says who is asked for from now on. */
  setListeners(names: readonly ListenerName[]): void {
    this.#requests = [];
    for (let first = 0; first < names.length; first += MOST_AT_ONCE)
      this.#requests.push(encodeQuestions(names.slice(first, first + MOST_AT_ONCE), first));
  }

  /**
   * Asks for all of them. `row.sequence` is the place of a listener in the list; one that is gone gets no call back. The row
   * is overwritten by the next.
   *
   * @throws {SyscallError}
   */
  ask(visit: (row: InetDiagRow) => void): void {
    for (const request of this.#requests) {
      this.#socket.send(request);
      this.overruns += this.#socket.receiveWaiting((datagram) => forEachInetDiagRow(datagram, visit));
    }
  }

  close(): void {
    this.#socket.close();
  }
}

function encodeQuestions(names: readonly ListenerName[], firstSequence: number): Uint8Array {
  const messages = names.map(({ family, address, port, interfaceIndex, cookie }, place) =>
    encodeInetDiagRequest({
      family,
      states: [],
      extensions: ["skmeminfo"],
      id: { local: { address, port }, interfaceIndex, cookie },
      dump: false,
      sequence: firstSequence + place,
    }),
  );
  return Buffer.concat(messages);
}
