/**
 * Servers that one capture shows under two endpoints, because an address translation (DNAT, REDIRECT) lies between the places where
 * packets were captured, as with `-i any`: the SYN goes to one endpoint and its answer comes from another, or the same SYN is seen twice.
 *
 * @module
 */
import type { Segment } from "../../wire/packet/segment.ts";
import { seqAdd } from "../../wire/packet/sequence.ts";
import { TCP_FLAG } from "../../wire/packet/tcp-flags.ts";
import type { Connection } from "./connection.ts";
import { type EndpointKey, endpointKey } from "./followed-listeners.ts";

/** SYNs that are remembered; a later one takes the place of an earlier one. */
const PLACES = 4096;
/** A packet that is seen again behind a translation is seen again at once. */
const AT_ONCE_MS = 50;

/** The endpoint that stands for another one. */
interface Endpoint {
  readonly word0: number;
  readonly word1: number;
  readonly word2: number;
  readonly word3: number;
  readonly port: number;
}

/** What is known of translations. */
export class Translations {
  readonly #recent: (Connection | null)[] = new Array<Connection | null>(PLACES).fill(null);
  readonly #standsFor = new Map<EndpointKey, Endpoint>();

  /** A connection whose SYN was seen. */
  remember(connection: Connection): void {
    this.#recent[placeOf(connection.clientPort, connection.clientIsn)] = connection;
  }

  /** Gives a segment the endpoint under which its server was seen first; the object is changed. */
  translate(segment: Segment): void {
    if (this.#standsFor.size === 0) return;
    const { source0, source1, source2, source3, sourcePort } = segment;
    const bySource = this.#standsFor.get(endpointKey(source0, source1, source2, source3, sourcePort));
    if (bySource !== undefined) {
      segment.source0 = bySource.word0;
      segment.source1 = bySource.word1;
      segment.source2 = bySource.word2;
      segment.source3 = bySource.word3;
      segment.sourcePort = bySource.port;
    }
    const { destination0, destination1, destination2, destination3, destinationPort } = segment;
    const key = endpointKey(destination0, destination1, destination2, destination3, destinationPort);
    const byDestination = this.#standsFor.get(key);
    if (byDestination === undefined) return;
    segment.destination0 = byDestination.word0;
    segment.destination1 = byDestination.word1;
    segment.destination2 = byDestination.word2;
    segment.destination3 = byDestination.word3;
    segment.destinationPort = byDestination.port;
  }

  /**
   * A SYN or SYN+ACK that belongs to no connection: whether it is one of a known connection under another endpoint, which then
   * stands for this one from here on. Scanners use one number for many ports, so the timestamps have to agree too.
   */
  discover(segment: Segment): boolean {
    const isSyn = (segment.flags & TCP_FLAG.ACK) === 0;
    const port = isSyn ? segment.sourcePort : segment.destinationPort;
    const isn = isSyn ? segment.sequence : seqAdd(segment.acknowledgment, -1);
    const known = this.#recent[placeOf(port, isn)] ?? null;
    if (known === null || known.clientPort !== port || known.clientIsn !== isn) return false;
    const stamp = isSyn ? segment.timestampValue : segment.timestampEcho;
    if (!(stamp > 0) || stamp !== known.lastSyn.timestampValue) return false;
    if (segment.at - known.lastSyn.at > AT_ONCE_MS || !isClientOf(known, segment, isSyn)) return false;
    this.#standsFor.set(isSyn ? destinationKey(segment) : sourceKey(segment), serverOf(known));
    this.translate(segment);
    return true;
  }
}

function isClientOf(connection: Connection, segment: Segment, isSyn: boolean): boolean {
  const { client0, client1, client2, client3 } = connection;
  return isSyn
    ? segment.source3 === client3 &&
        segment.source2 === client2 &&
        segment.source1 === client1 &&
        segment.source0 === client0
    : segment.destination3 === client3 &&
        segment.destination2 === client2 &&
        segment.destination1 === client1 &&
        segment.destination0 === client0;
}

function serverOf({ server0, server1, server2, server3, serverPort }: Connection): Endpoint {
  return { word0: server0, word1: server1, word2: server2, word3: server3, port: serverPort };
}

function sourceKey({ source0, source1, source2, source3, sourcePort }: Segment): EndpointKey {
  return endpointKey(source0, source1, source2, source3, sourcePort);
}

function destinationKey(segment: Segment): EndpointKey {
  const { destination0, destination1, destination2, destination3, destinationPort } = segment;
  return endpointKey(destination0, destination1, destination2, destination3, destinationPort);
}

function placeOf(port: number, isn: number): number {
  return (Math.imul(port, 0x9e3779b1) ^ (isn | 0)) & (PLACES - 1);
}
