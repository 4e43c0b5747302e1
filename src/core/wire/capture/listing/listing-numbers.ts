/**
 * Sequence numbers of a tcpdump listing made absolute. Without `-S` tcpdump prints numbers relative to those of the first
 * segment with ACK that it saw of a connection, or of its last SYN+ACK, and prints that one absolutely; segments without ACK
 * are always absolute. A listing that was cut, or that somebody shortened, may lack that first segment: then the numbers count
 * from the SYN if that is there, else from a made-up initial sequence number of 0 for that direction, consistently.
 *
 * @module
 */

import { seqAdd, seqAfter, seqDiff } from "../../packet/sequence.ts";
import { TCP_FLAG } from "../../packet/tcp-flags.ts";
import type { TcpLine } from "./listing-line.ts";

/** One direction of a connection. */
interface Direction {
  /** What relative numbers count from. */
  base: number;
  /** Of its last SYN. */
  synSequence: number | null;
  /** What it would send next, as far as the listing shows; null if it shows nothing. */
  next: number | null;
  /** What it acknowledged last. */
  acknowledged: number | null;
}

interface Connection {
  /** By the sender's endpoint. */
  directions: Map<string, Direction>;
  /** Whether the listing showed a segment with ACK: from then on tcpdump prints relative numbers. */
  isKnown: boolean;
  /** Whether numbers stay absolute all the same (`-S`); null until a number tells. */
  isAbsolute: boolean | null;
}

/** The numbers of a segment, absolute. */
export interface ListedNumbers {
  sequence: number;
  /** 0 without the ACK flag. */
  acknowledgment: number;
}

/** So many connections are remembered; the one unseen for longest is forgotten first. */
const MOST_CONNECTIONS = 100_000;

/** Without a number to compare with, one below it is taken for a relative one. */
const SMALL = 0x10000;

/** Follows the connections of one listing. */
export class ListingNumbers {
  readonly #connections = new Map<string, Connection>();

  /** The numbers of the next line. A sequence number that tcpdump does not print is what the direction would send next. */
  resolve(line: TcpLine): ListedNumbers {
    const connection = this.#connectionOf(line);
    const sender = directionOf(connection, line.source.text);
    const receiver = directionOf(connection, line.destination.text);
    const hasAck = (line.flags & TCP_FLAG.ACK) !== 0;
    const isRelative = isLineRelative(line, connection, sender, receiver);
    const printed = line.sequence ?? seqDiff(sender.next ?? sender.base, isRelative ? sender.base : 0);
    const numbers = {
      sequence: seqAdd(printed, isRelative ? sender.base : 0),
      acknowledgment: hasAck ? acknowledgmentOf(line, sender, isRelative ? receiver.base : 0) : 0,
    };
    if (hasAck) sender.acknowledged = numbers.acknowledgment;
    advance(line, numbers, sender, receiver);
    return numbers;
  }

  #connectionOf(line: TcpLine): Connection {
    const [from, to] = [line.source.text, line.destination.text];
    const key = from < to ? `${from} ${to}` : `${to} ${from}`;
    const connection = this.#connections.get(key) ?? {
      directions: new Map<string, Direction>(),
      isKnown: false,
      isAbsolute: null,
    };
    this.#connections.delete(key);
    this.#connections.set(key, connection);
    for (const oldest of this.#connections.keys()) {
      if (this.#connections.size <= MOST_CONNECTIONS) break;
      this.#connections.delete(oldest);
    }
    return connection;
  }
}

/** A number that is not printed is the one before. */
function acknowledgmentOf(line: TcpLine, sender: Direction, base: number): number {
  if (line.acknowledgment === null && sender.acknowledged !== null) return sender.acknowledged;
  return seqAdd(line.acknowledgment ?? 0, base);
}

function directionOf(connection: Connection, endpoint: string): Direction {
  const known = connection.directions.get(endpoint);
  if (known !== undefined) return known;
  const direction = { base: 0, synSequence: null, next: null, acknowledged: null };
  connection.directions.set(endpoint, direction);
  return direction;
}

/** Whether the line's numbers are relative, and what follows from the line for those to come. */
function isLineRelative(
  line: TcpLine,
  connection: Connection,
  sender: Direction,
  receiver: Direction,
): boolean {
  if ((line.flags & TCP_FLAG.SYN) !== 0) {
    onSyn(line, connection, sender, receiver);
    return false;
  }
  if ((line.flags & TCP_FLAG.ACK) === 0) return false;
  if (!connection.isKnown) return !onFirstAck(line, connection, sender, receiver);
  connection.isAbsolute ??= nearer(line.acknowledgment, receiver.base) ?? nearer(line.sequence, sender.base);
  return connection.isAbsolute !== true;
}

/** A SYN+ACK is what relative numbers count from; a SYN alone only if no segment with ACK was seen. */
function onSyn(line: TcpLine, connection: Connection, sender: Direction, receiver: Direction): void {
  const hasAck = (line.flags & TCP_FLAG.ACK) !== 0;
  if (line.sequence !== sender.synSequence) {
    sender.next = null;
    if (!hasAck) receiver.next = null;
  }
  sender.synSequence = line.sequence;
  if (hasAck || !connection.isKnown) sender.base = line.sequence ?? 0;
  if (!hasAck) return;
  receiver.base = seqAdd(line.acknowledgment ?? 0, -1);
  connection.isKnown = true;
}

/** Whether the first segment with ACK is printed absolutely: if not, the one before it was cut away. */
function onFirstAck(line: TcpLine, connection: Connection, sender: Direction, receiver: Direction): boolean {
  connection.isKnown = true;
  const isAbsolute =
    nearer(line.sequence, sender.synSequence) ??
    nearer(line.acknowledgment, receiver.synSequence) ??
    (line.acknowledgment ?? 0) >= SMALL;
  if (!isAbsolute) return false;
  sender.base = line.sequence ?? sender.next ?? 0;
  receiver.base = seqAdd(line.acknowledgment ?? 0, -1);
  return true;
}

/** Whether a number is nearer to the reference than to 0; null if nothing can be said. */
function nearer(number: number | null, reference: number | null): boolean | null {
  if (number === null || reference === null || reference === 0) return null;
  return Math.abs(seqDiff(number, reference)) < Math.abs(seqDiff(number, 0));
}

/** What the two directions would send next. A reset says nothing of that. */
function advance(line: TcpLine, numbers: ListedNumbers, sender: Direction, receiver: Direction): void {
  if ((line.flags & TCP_FLAG.RST) !== 0) return;
  const controls = (line.flags & TCP_FLAG.SYN ? 1 : 0) + (line.flags & TCP_FLAG.FIN ? 1 : 0);
  sender.next = later(sender.next, seqAdd(numbers.sequence, line.payloadLength + controls));
  if ((line.flags & TCP_FLAG.ACK) !== 0) receiver.next = later(receiver.next, numbers.acknowledgment);
}

function later(known: number | null, sequence: number): number {
  return known === null || seqAfter(sequence, known) ? sequence : known;
}
