/**
 * What a capture of dropped packets proves: the kernel's own reason for each of them. Whoever's final ACK or data it refused with
 * TCP_LISTEN_OVERFLOW met a full accept queue, without any inference. Pure.
 *
 * @module
 */
import type { Segment } from "../../wire/packet/segment.ts";
import type { AddressWords } from "../endpoint-names.ts";

/** The kernel's name for a full accept queue. */
const REFUSED = "TCP_LISTEN_OVERFLOW";
/** A flood has too many clients to keep. */
const MOST_CLIENTS = 65_536;
const MOST_PACKETS = 1_000;

/** A client whose packets were refused. Times are milliseconds since the capture's first packet. */
export interface RefusedClient {
  readonly address: AddressWords;
  readonly port: number;
  readonly firstAt: number;
  /** Their numbers in the capture; of very many the first ones. */
  readonly packets: number[];
  refused: number;
}

/** A listener that refused somebody. */
export interface RefusingListener {
  readonly address: AddressWords;
  readonly port: number;
  readonly ipVersion: 4 | 6;
  readonly clients: Map<string, RefusedClient>;
  refused: number;
  /** Packets of clients that are in no list. */
  leftOut: number;
}

/** Counts dropped packets. */
export class DropTally {
  readonly listeners: Map<string, RefusingListener> = new Map();
  /** How many packets were dropped for each reason; of a kernel that names none they are unnamed. */
  readonly reasons: Map<string, number> = new Map();
  unnamed = 0;

  /** All of them. */
  get total(): number {
    return [...this.reasons.values()].reduce((sum, count) => sum + count, this.unnamed);
  }

  /** A dropped packet. */
  add(segment: Segment, reason: string | null): void {
    if (reason === null) this.unnamed += 1;
    else this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + 1);
    if (reason === REFUSED) this.#refuse(segment);
  }

  #refuse(segment: Segment): void {
    const listener = this.#listenerOf(segment);
    listener.refused += 1;
    const address = sourceOf(segment);
    const key = `${address.join()} ${segment.sourcePort}`;
    const known = listener.clients.get(key);
    if (known === undefined && listener.clients.size >= MOST_CLIENTS) {
      listener.leftOut += 1;
      return;
    }
    const client = known ?? {
      address,
      port: segment.sourcePort,
      firstAt: segment.at,
      packets: [],
      refused: 0,
    };
    listener.clients.set(key, client);
    client.refused += 1;
    if (client.packets.length < MOST_PACKETS) client.packets.push(segment.number);
  }

  #listenerOf(segment: Segment): RefusingListener {
    const { destination0, destination1, destination2, destination3, destinationPort: port } = segment;
    const address = [destination0, destination1, destination2, destination3] as const;
    const key = `${address.join()} ${port}`;
    const known = this.listeners.get(key);
    if (known !== undefined) return known;
    const fresh: RefusingListener = {
      address,
      port,
      ipVersion: segment.ipVersion,
      clients: new Map(),
      refused: 0,
      leftOut: 0,
    };
    this.listeners.set(key, fresh);
    return fresh;
  }
}

function sourceOf({ source0, source1, source2, source3 }: Segment): AddressWords {
  return [source0, source1, source2, source3];
}
