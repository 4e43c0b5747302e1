/**
 * The listeners by endpoint, and the endpoints of connections that are older than the capture.
 *
 * @module
 */
import type { Segment } from "../../wire/packet/segment.ts";
import type { Connection } from "./connection.ts";
import { Listener } from "./followed-listener.ts";

/** An endpoint as a key: a number for IPv4, a text for IPv6. */
export type EndpointKey = number | string;

const MOST_OLDER = 100_000;

/** Every endpoint that answered. */
export class ListenerTable {
  readonly #listeners = new Map<EndpointKey, Listener>();
  readonly #older = new Set<EndpointKey>();

  /** The listener that a connection goes to, if it has ever answered. */
  find(connection: Connection): Listener | null {
    return this.#listeners.get(serverKey(connection)) ?? null;
  }

  /** The listener that a connection goes to; it has just answered. */
  answering(connection: Connection): Listener {
    const key = serverKey(connection);
    const known = this.#listeners.get(key);
    if (known !== undefined) return known;
    const listener = new Listener(connection);
    this.#listeners.set(key, listener);
    return listener;
  }

  /** Bytes between two endpoints whose handshake the capture does not show. */
  noteOlder(segment: Segment): void {
    if (this.#older.size >= MOST_OLDER) return;
    const { source0, source1, source2, source3, destination0, destination1, destination2, destination3 } =
      segment;
    this.#older.add(endpointKey(source0, source1, source2, source3, segment.sourcePort));
    this.#older.add(
      endpointKey(destination0, destination1, destination2, destination3, segment.destinationPort),
    );
  }

  /** All of them, each knowing whether the capture begins amid its connections. */
  finish(): Listener[] {
    for (const [key, listener] of this.#listeners) {
      listener.isAmid = this.#older.has(key);
      listener.isOver = true;
    }
    return [...this.#listeners.values()];
  }
}

/** The server's endpoint as a key. */
export function serverKey(connection: Connection): EndpointKey {
  const { server0, server1, server2, server3, serverPort } = connection;
  return endpointKey(server0, server1, server2, server3, serverPort);
}

/** An endpoint as a key. */
export function endpointKey(
  word0: number,
  word1: number,
  word2: number,
  word3: number,
  port: number,
): EndpointKey {
  if ((word0 | word1 | word2) === 0) return (word3 >>> 0) * 65_536 + port;
  return `${word0},${word1},${word2},${word3}:${port}`;
}
