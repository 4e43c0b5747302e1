/**
 * Collects the packets of some connections from a capture that is read once more, for whoever draws them. Which packet belongs
 * to which attempt is told by the numbers that the explanation cites: the first of them opens the attempt, and what goes
 * between the same endpoints after it is its own, until another attempt begins there.
 *
 * @module
 */
import type { Segment } from "../wire/packet/segment.ts";
import { formatTcpFlags, TCP_FLAG } from "../wire/packet/tcp-flags.ts";

/** One packet of an attempt, at the moment at which the capture saw it. */
export interface CapturedPacket {
  readonly number: number;
  readonly at: number;
  readonly isFromClient: boolean;
  /** tcpdump's letters. */
  readonly flags: string;
  readonly sequence: number;
  readonly length: number;
}

/** What was collected of one attempt. */
export interface CollectedPackets {
  /** The first ones, in the order of the capture. */
  readonly packets: readonly CapturedPacket[];
  /** How many more there were. */
  readonly left: number;
  readonly lastAt: number;
}

/** What is looked for: the numbers of packets of an attempt, its first packet among them. */
export type WantedPackets = readonly number[];

interface Attempt {
  readonly place: number;
  /** The client's end. */
  readonly client: string;
  readonly packets: CapturedPacket[];
  left: number;
  lastAt: number;
}

const MOST_PACKETS = 120;
const { SYN, ACK } = TCP_FLAG;

/** Takes segments; the objects may be used again. */
export class PacketCollector {
  readonly #placeOf = new Map<number, number>();
  readonly #attempts = new Map<number, Attempt>();
  readonly #open = new Map<string, Attempt>();
  /** The sums of both ports of what is open: most packets of a large capture are of none of them, which these tell at once. */
  readonly #portSums = new Set<number>();

  /** @param wanted the packets of each attempt, by the attempt's place */
  constructor(wanted: ReadonlyMap<number, WantedPackets>) {
    wanted.forEach((numbers, place) => {
      for (const number of numbers) if (!this.#placeOf.has(number)) this.#placeOf.set(number, place);
    });
  }

  /** The next segment of the capture. */
  see(segment: Segment): void {
    const place = this.#placeOf.get(segment.number);
    const portSum = segment.sourcePort + segment.destinationPort;
    if (place !== undefined) this.#portSums.add(portSum);
    else if (!this.#portSums.has(portSum)) return;
    const [source, destination] = [endOf(segment, "source"), endOf(segment, "destination")];
    const key = source < destination ? `${source} ${destination}` : `${destination} ${source}`;
    const open = this.#open.get(key);
    const attempt =
      place === undefined || place === open?.place
        ? open
        : this.#begin(segment, place, key, source, destination);
    if (attempt === undefined || Number.isNaN(segment.at)) return;
    attempt.lastAt = Math.max(attempt.lastAt, segment.at);
    take(attempt, segment, source);
  }

  /** What was collected of an attempt, by its place; null if none of its packets came by. */
  collected(place: number): CollectedPackets | null {
    return this.#attempts.get(place) ?? null;
  }

  #begin(segment: Segment, place: number, key: string, source: string, destination: string): Attempt {
    const known = this.#attempts.get(place);
    const client = isServersAnswer(segment) ? destination : source;
    const attempt = known ?? { place, client, packets: [], left: 0, lastAt: segment.at };
    this.#attempts.set(place, attempt);
    this.#open.set(key, attempt);
    return attempt;
  }
}

/** Where the SYN is missing, the server's answer is the first packet. */
function isServersAnswer({ flags }: Segment): boolean {
  return (flags & SYN) !== 0 && (flags & ACK) !== 0;
}

function take(
  attempt: Attempt,
  { number, at, flags, sequence, payloadLength }: Segment,
  source: string,
): void {
  if (attempt.packets.length >= MOST_PACKETS) {
    attempt.left += 1;
    return;
  }
  const isFromClient = source === attempt.client;
  attempt.packets.push({
    number,
    at,
    isFromClient,
    flags: formatTcpFlags(flags),
    sequence,
    length: payloadLength,
  });
}

function endOf(segment: Segment, side: "source" | "destination"): string {
  return side === "source"
    ? `${segment.source0},${segment.source1},${segment.source2},${segment.source3}:${segment.sourcePort}`
    : `${segment.destination0},${segment.destination1},${segment.destination2},${segment.destination3}:${segment.destinationPort}`;
}
