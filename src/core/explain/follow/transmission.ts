/**
 * The last packet of one kind that a connection sent, so that the same packet captured again is told from one sent
 * again. A capture on several interfaces, on VLANs or at a mirror port holds each packet two to four times.
 *
 * @module
 */
import type { Segment } from "../../wire/packet/segment.ts";

/** A kernel's shortest resend timer is 200 ms, so what comes sooner with the same marks is the same packet. */
const COPY_WITHIN_MS = 100;
/** Without an IP identification and a timestamp to compare, only what comes almost at once is taken for a copy. */
const UNMARKED_COPY_WITHIN_MS = 5;

/** One kind of packet of one connection, as it was last seen. */
export class Transmission {
  /** Milliseconds since the capture's first packet; NaN before there was one. */
  at: number = Number.NaN;
  #identification = -1;
  #timestampValue: number = Number.NaN;
  #flags = 0;
  #sequence: number = Number.NaN;
  #acknowledgment: number = Number.NaN;
  #payloadLength = 0;

  /** Whether it carried the timestamps option. */
  get hasTimestamp(): boolean {
    return this.#timestampValue >= 0;
  }

  /** The TSval of its timestamps option; -1 without it, NaN before there was a packet. */
  get timestampValue(): number {
    return this.#timestampValue;
  }

  /** Forgets it. */
  clear(): void {
    this.at = Number.NaN;
  }

  /** Takes a packet for the last one of its kind. */
  remember(segment: Segment): void {
    this.at = segment.at;
    this.#identification = segment.identification;
    this.#timestampValue = segment.timestampValue;
    this.#flags = segment.flags;
    this.#sequence = segment.sequence;
    this.#acknowledgment = segment.acknowledgment;
    this.#payloadLength = segment.payloadLength;
  }

  /** Whether this segment is the remembered packet, captured once more. */
  isCopy(segment: Segment): boolean {
    const apartMs = Math.abs(segment.at - this.at);
    return apartMs <= this.#copyWindowMs() && this.#hasSameMarks(segment) && this.#hasSameContent(segment);
  }

  #copyWindowMs(): number {
    return this.#identification > 0 || this.#timestampValue >= 0 ? COPY_WITHIN_MS : UNMARKED_COPY_WITHIN_MS;
  }

  #hasSameMarks(segment: Segment): boolean {
    return segment.identification === this.#identification && segment.timestampValue === this.#timestampValue;
  }

  #hasSameContent(segment: Segment): boolean {
    return (
      segment.flags === this.#flags &&
      segment.sequence === this.#sequence &&
      segment.acknowledgment === this.#acknowledgment &&
      segment.payloadLength === this.#payloadLength
    );
  }
}
