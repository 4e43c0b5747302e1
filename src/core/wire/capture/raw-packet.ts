/**
 * A packet as a capture's records hold it, before anything looks into it, and whoever takes such packets. As with `Segment`,
 * one object is filled again and again: copy what is to be kept.
 *
 * @module
 */

import type { CaptureInterface } from "./capture.ts";

/** A packet. Positions are those of `view`, which is valid during the call alone. */
export interface RawPacket {
  view: DataView;
  /** Where the captured bytes begin. */
  start: number;
  /** Where they end. */
  end: number;
  /** Of the packet on the wire, in bytes. */
  originalLength: number;
  /** Counted through from 0 over the sections of a file. */
  interface: number;
  /** A number of `LINK_TYPE`. */
  linkType: number;
  /** Since 1970-01-01 UTC; NaN where the record holds no time. */
  seconds: number;
  nanoseconds: number;
  /** Where the record's options begin and end; the same place if it has none. */
  optionsStart: number;
  optionsEnd: number;
  /** The byte order of the options. */
  isLittleEndian: boolean;
}

/** Who takes what the records of a capture hold, in their order. */
export interface PacketSink {
  /** Comes before the first packet of that interface. */
  onInterface(description: CaptureInterface): void;
  onPacket(packet: RawPacket): void;
}

/** A packet to be filled by a reader. */
export function emptyRawPacket(): RawPacket {
  return {
    view: new DataView(new ArrayBuffer(0)),
    start: 0,
    end: 0,
    originalLength: Number.NaN,
    interface: 0,
    linkType: 0,
    seconds: Number.NaN,
    nanoseconds: 0,
    optionsStart: 0,
    optionsEnd: 0,
    isLittleEndian: true,
  };
}

/** The time in nanoseconds since 1970-01-01 UTC; null where there is none. */
export function timeNsOf(seconds: number, nanoseconds: number): bigint | null {
  return Number.isNaN(seconds) ? null : BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds);
}
