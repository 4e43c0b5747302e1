/**
 * What a reader says of a capture as a whole, and the counting that it takes.
 *
 * @module
 */

import type { SkipReason } from "../packet/decode/walk.ts";
import type { CaptureInterface } from "./capture.ts";
import type { CaptureFormat } from "./capture-format.ts";
import type { ListedAliases } from "./listing/listed-endpoint.ts";
import type { LineSkipReason } from "./listing/listing-parser.ts";
import { timeNsOf } from "./raw-packet.ts";

/** Why a packet, or a line of a listing, gave no segment. */
export type CaptureSkipReason = SkipReason | LineSkipReason;

/** A capture as a whole. */
export interface CaptureFacts {
  /** Null if it ended before that was known. */
  format: CaptureFormat | null;
  /** Empty for tcpdump text. */
  interfaces: readonly CaptureInterface[];
  /** All packets, also those that are no TCP; of a listing, its lines of packets. */
  packets: number;
  /**
   * Of the first packet that has a time, in nanoseconds since 1970-01-01 UTC; every `at` counts from it. Null if there is none,
   * or no date: a listing without dates, and a capture that begins at 0.
   */
  firstTimeNs: bigint | null;
  /** The latest time, in nanoseconds since 1970-01-01 UTC, or null. */
  lastTimeNs: bigint | null;
  skipped: readonly { reason: CaptureSkipReason; count: number }[];
  /** Where and why the capture ended before its end, or null. */
  problem: string | null;
  /** The names that stand in a listing instead of numbers; null for a file of packets. */
  aliases: ListedAliases | null;
}

/** Counts packets by number, time and reason. */
export class CaptureCounts {
  packets = 0;
  readonly #skipped = new Map<CaptureSkipReason, number>();
  #firstSeconds: number = Number.NaN;
  #firstNanoseconds = 0;
  #lastSeconds: number = Number.NaN;
  #lastNanoseconds = 0;

  /** Counts a packet and returns when it came, in milliseconds since the first one that has a time. */
  count(seconds: number, nanoseconds: number): number {
    this.packets += 1;
    const sinceLast = (seconds - this.#lastSeconds) * 1e9 + nanoseconds - this.#lastNanoseconds;
    if (sinceLast > 0) {
      this.#lastSeconds = seconds;
      this.#lastNanoseconds = nanoseconds;
    } else if (Number.isNaN(this.#firstSeconds)) {
      this.#firstSeconds = this.#lastSeconds = seconds;
      this.#firstNanoseconds = this.#lastNanoseconds = nanoseconds;
    }
    // One division of a whole number gives the double that is nearest to the decimal fraction.
    return ((seconds - this.#firstSeconds) * 1e9 + (nanoseconds - this.#firstNanoseconds)) / 1e6;
  }

  skip(reason: CaptureSkipReason): void {
    this.#skipped.set(reason, (this.#skipped.get(reason) ?? 0) + 1);
  }

  get firstTimeNs(): bigint | null {
    return timeNsOf(this.#firstSeconds, this.#firstNanoseconds);
  }

  get lastTimeNs(): bigint | null {
    return timeNsOf(this.#lastSeconds, this.#lastNanoseconds);
  }

  get skipped(): CaptureFacts["skipped"] {
    return [...this.#skipped].map(([reason, count]) => ({ reason, count }));
  }
}
