/**
 * The living connections by their two endpoints, whichever of them sends: a hash table over plain numbers, because a
 * `Map` would need a string or an object for every packet.
 *
 * @module
 */
import type { Segment } from "../../wire/packet/segment.ts";
import { Connection } from "./connection.ts";

const FIRST_BUCKETS = 4096;
/** More than these are left to the garbage collector. */
const MOST_SPARE = 16_384;

/** Connections by 4-tuple. */
export class ConnectionTable {
  /** Every connection in it, in no order. */
  readonly living: Connection[] = [];
  #buckets: (Connection | null)[] = new Array<Connection | null>(FIRST_BUCKETS).fill(null);
  #mask = FIRST_BUCKETS - 1;
  readonly #spare: Connection[] = [];

  /** The connection that a segment belongs to, in either direction, or null. */
  find(segment: Segment): Connection | null {
    let connection = this.#buckets[hashOfSegment(segment) & this.#mask] ?? null;
    while (connection !== null && !fits(connection, segment)) connection = connection.nextInBucket;
    return connection;
  }

  /** A new connection between the segment's ends, which nothing in the table has yet. */
  add(segment: Segment, isFromClient: boolean): Connection {
    const connection = this.#spare.pop() ?? new Connection();
    connection.begin(segment, isFromClient);
    connection.place = this.living.push(connection) - 1;
    if (this.living.length > this.#buckets.length) this.#grow();
    else this.#link(connection);
    return connection;
  }

  /** Takes a connection out; whoever still holds it may keep it. */
  remove(connection: Connection): void {
    if (connection.place < 0) return;
    this.#unlink(connection);
    const last = this.living.pop();
    if (last !== undefined && last !== connection) {
      this.living[connection.place] = last;
      last.place = connection.place;
    }
    connection.place = -1;
  }

  /** A connection that is in no table and that nobody holds any more may be used for another one. */
  recycle(connection: Connection): void {
    if (connection.isKept || this.#spare.length >= MOST_SPARE) return;
    connection.reset();
    this.#spare.push(connection);
  }

  #link(connection: Connection): void {
    const bucket = hashOf(connection) & this.#mask;
    connection.nextInBucket = this.#buckets[bucket] ?? null;
    this.#buckets[bucket] = connection;
  }

  #unlink(connection: Connection): void {
    const bucket = hashOf(connection) & this.#mask;
    let before = this.#buckets[bucket] ?? null;
    if (before === connection) {
      this.#buckets[bucket] = connection.nextInBucket;
    } else {
      while (before !== null && before.nextInBucket !== connection) before = before.nextInBucket;
      if (before !== null) before.nextInBucket = connection.nextInBucket;
    }
    connection.nextInBucket = null;
  }

  #grow(): void {
    this.#buckets = new Array<Connection | null>(this.#buckets.length * 4).fill(null);
    this.#mask = this.#buckets.length - 1;
    for (const connection of this.living) this.#link(connection);
  }
}

/** Whether the client of the segment's connection sent it. */
export function isFromClient(connection: Connection, segment: Segment): boolean {
  return (
    connection.clientPort === segment.sourcePort &&
    connection.client3 === segment.source3 &&
    connection.serverPort === segment.destinationPort &&
    connection.server3 === segment.destination3 &&
    connection.client2 === segment.source2 &&
    connection.client1 === segment.source1 &&
    connection.client0 === segment.source0 &&
    connection.server2 === segment.destination2 &&
    connection.server1 === segment.destination1 &&
    connection.server0 === segment.destination0
  );
}

function isFromServer(connection: Connection, segment: Segment): boolean {
  return (
    connection.serverPort === segment.sourcePort &&
    connection.server3 === segment.source3 &&
    connection.clientPort === segment.destinationPort &&
    connection.client3 === segment.destination3 &&
    connection.client2 === segment.destination2 &&
    connection.client1 === segment.destination1 &&
    connection.client0 === segment.destination0 &&
    connection.server2 === segment.source2 &&
    connection.server1 === segment.source1 &&
    connection.server0 === segment.source0
  );
}

function fits(connection: Connection, segment: Segment): boolean {
  return isFromClient(connection, segment) || isFromServer(connection, segment);
}

function hashOfSegment(segment: Segment): number {
  const source = segment.source0 ^ segment.source1 ^ segment.source2 ^ segment.source3;
  const destination =
    segment.destination0 ^ segment.destination1 ^ segment.destination2 ^ segment.destination3;
  return mix(source, segment.sourcePort) ^ mix(destination, segment.destinationPort);
}

function hashOf(connection: Connection): number {
  const client = connection.client0 ^ connection.client1 ^ connection.client2 ^ connection.client3;
  const server = connection.server0 ^ connection.server1 ^ connection.server2 ^ connection.server3;
  return mix(client, connection.clientPort) ^ mix(server, connection.serverPort);
}

/** One endpoint's share of the hash; the two shares are joined by XOR, so both directions give the same. */
function mix(address: number, port: number): number {
  let hash = Math.imul(address ^ (address >>> 15), 0x85ebca6b) + Math.imul(port, 0x9e3779b1);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
