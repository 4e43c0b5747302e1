/**
 * What a listening host keeps: endpoints with their listeners, requests, children and (what no kernel keeps) the cookies
 * that were sent. Plain values that can be copied; the `on-<event>` files change them.
 *
 * @module
 */
import { Fifo } from "./fifo.ts";
import type { Peer } from "./model-segment.ts";

/** A half-open handshake: the kernel's struct request_sock. */
export interface Request {
  readonly peer: Peer;
  readonly listener: Listener;
  /** The client's initial sequence number. */
  readonly rcvIsn: number;
  /** Ours. */
  readonly sntIsn: number;
  /** How often the timer has fired; young while 0. */
  numTimeout: number;
  /** When the timer is due. */
  dueMs: number;
  /** Set when an ACK came and was not taken. */
  acked: boolean;
  /** When an answer to something out of the ordinary was last sent; null if never. */
  lastOddAnswerAtMs: number | null;
  /** The bucket of an old kernel's table. */
  readonly bucket: number;
}

/** A connection that a handshake has made, until its owner lets it go. */
export interface Child {
  readonly peer: Peer;
  readonly listener: string;
  /** The client's initial sequence number. */
  readonly rcvIsn: number;
  readonly sndNxt: number;
  rcvNxt: number;
  state: "SYN_RECV" | "ESTABLISHED" | "CLOSE_WAIT" | "FIN_WAIT" | "LAST_ACK" | "CLOSE";
  isAccepted: boolean;
  /** Whether it counts among the listener's Fast Open connections: until the client's ACK of our SYN. */
  holdsFastOpenPlace: boolean;
  /** Bytes that came in order. */
  bytes: number;
}

export interface Listener {
  readonly name: string;
  readonly endpoint: Peer;
  isListening: boolean;
  /** The argument of the last listen(). */
  backlog: number;
  /** `sk_max_ack_backlog`. */
  limit: number;
  /** Buckets of an old kernel's table: full at so many requests. */
  readonly tableSize: number;
  /** Where the sweep of an old kernel stands. */
  hand: number;
  /** When that sweep is due; null while there is no request. */
  sweepDueMs: number | null;
  /** Requests in the SYN queue. */
  qlen: number;
  /** Those whose timer has not fired. */
  young: number;
  /** `sk_drops`. */
  drops: number;
  /** TCP_DEFER_ACCEPT as a number of rounds; 0 without. */
  deferRounds: number;
  /** TCP_FASTOPEN's queue; 0 without. */
  readonly fastOpenMost: number;
  fastOpenLength: number;
  /** When a cookie was last sent; null if never. */
  lastCookieAtMs: number | null;
  /** `sk_ack_backlog` and what it counts. */
  acceptQueue: Fifo<Child>;
}

/** A cookie that was sent: the model remembers instead of hashing. */
export interface SentCookie {
  readonly isn: number;
  readonly clientIsn: number;
  readonly minute: number;
  /** The place of the client's MSS in the cookies' table, from 0. */
  readonly mssPlace: number;
}

/** Everything at one local address and port. */
export interface LocalEndpoint {
  readonly listeners: Listener[];
  readonly requests: Map<Peer, Request>;
  readonly children: Map<Peer, Child>;
  /** By client; a SYN that comes again in another minute gets another one, and both are good. */
  readonly cookies: Map<Peer, readonly SentCookie[]>;
  /** When a member of a SO_REUSEPORT group last sent a cookie; null if none has. */
  lastCookieAtMs: number | null;
}

/** An endpoint with nothing there. */
export function emptyEndpoint(): LocalEndpoint {
  return {
    listeners: [],
    requests: new Map(),
    children: new Map(),
    cookies: new Map(),
    lastCookieAtMs: null,
  };
}

/** A copy that shares nothing that changes. */
export function cloneEndpoint(endpoint: LocalEndpoint): LocalEndpoint {
  const children = new Map<Child, Child>();
  const copyOf = (child: Child) => {
    const copy = children.get(child) ?? { ...child };
    children.set(child, copy);
    return copy;
  };
  const listeners = new Map<Listener, Listener>();
  const listenerCopy = (listener: Listener) => {
    const acceptQueue = new Fifo(listener.acceptQueue.toArray().map(copyOf));
    const copy = listeners.get(listener) ?? { ...listener, acceptQueue };
    listeners.set(listener, copy);
    return copy;
  };
  return {
    listeners: endpoint.listeners.map(listenerCopy),
    requests: mapValues(endpoint.requests, (one) => ({ ...one, listener: listenerCopy(one.listener) })),
    children: mapValues(endpoint.children, copyOf),
    cookies: new Map(endpoint.cookies),
    lastCookieAtMs: endpoint.lastCookieAtMs,
  };
}

function mapValues<K, V>(map: ReadonlyMap<K, V>, change: (value: V) => V): Map<K, V> {
  const copy = new Map<K, V>();
  for (const [key, value] of map) copy.set(key, change(value));
  return copy;
}
