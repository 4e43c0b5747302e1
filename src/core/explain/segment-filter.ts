/**
 * Which segments are looked at: `--server`, `--since` and `--until`.
 *
 * @module
 */
import { UsageError } from "../errors.ts";
import { type Endpoint, parseIpAddress } from "../wire/address.ts";
import type { Segment } from "../wire/packet/segment.ts";

/** A moment: so long after the capture's start, or an absolute time. */
export type Moment = { readonly afterMs: number } | { readonly atNs: bigint };

interface FilterOptions {
  readonly server: Endpoint | null;
  readonly since: Moment | null;
  readonly until: Moment | null;
}

/** Passes what was asked for. */
export class SegmentFilter {
  readonly #options: FilterOptions;
  readonly #server: readonly number[] | null;
  readonly #port: number;
  #sinceMs: number = Number.NEGATIVE_INFINITY;
  #untilMs: number = Number.POSITIVE_INFINITY;

  constructor(options: FilterOptions) {
    this.#options = options;
    this.#server = options.server === null ? null : wordsOf(options.server.address);
    this.#port = options.server?.port ?? 0;
  }

  /** @throws {UsageError} if a date was asked for and the capture has none */
  startAt(firstNs: bigint | null): void {
    const { since, until } = this.#options;
    if (since !== null) this.#sinceMs = momentMs("--since", since, firstNs);
    if (until !== null) this.#untilMs = momentMs("--until", until, firstNs);
  }

  /** Whether a segment is to be looked at. One without a time always is. */
  passes(segment: Segment): boolean {
    if (segment.at < this.#sinceMs || segment.at > this.#untilMs) return false;
    return (
      this.#server === null ||
      this.#isToServer(segment, this.#server) ||
      this.#isFromServer(segment, this.#server)
    );
  }

  #isToServer(segment: Segment, words: readonly number[]): boolean {
    return (
      segment.destinationPort === this.#port &&
      segment.destination3 === words[3] &&
      segment.destination2 === words[2] &&
      segment.destination1 === words[1] &&
      segment.destination0 === words[0]
    );
  }

  #isFromServer(segment: Segment, words: readonly number[]): boolean {
    return (
      segment.sourcePort === this.#port &&
      segment.source3 === words[3] &&
      segment.source2 === words[2] &&
      segment.source1 === words[1] &&
      segment.source0 === words[0]
    );
  }
}

function momentMs(option: string, moment: Moment, firstNs: bigint | null): number {
  if ("afterMs" in moment) return moment.afterMs;
  if (firstNs === null) {
    throw new UsageError(`${option}: the capture has no date; give a duration from its start, such as 30s`);
  }
  return Number(moment.atNs - firstNs) / 1e6;
}

function wordsOf(address: string): number[] {
  const bytes = parseIpAddress(address);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const words = Array.from({ length: bytes.length / 4 }, (_, place) => view.getInt32(place * 4));
  return words.length === 1 ? [0, 0, 0, ...words] : words;
}
