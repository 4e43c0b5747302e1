/**
 * The two clocks of a recording: CLOCK_REALTIME, in which the kernel stamps frames, and CLOCK_MONOTONIC, in which a run is told.
 * A step of the wall clock during a run must not bend a trace, so the distance between them is measured again and again.
 *
 * @module
 */
import { libc } from "../ffi/libc.ts";

const CLOCK_REALTIME = 0;
/** How long a measured distance is believed. */
const BELIEVED_NS = 50_000_000n;
/** Two readings of one clock around one of the other are only good if nothing came between them. */
const CLOSE_NS = 5_000n;
const MOST_TRIES = 20;

const timespec = Buffer.allocUnsafeSlow(16);

/** Nanoseconds since 1970 by the wall clock. */
export function realTimeNs(): bigint {
  libc.clock_gettime(CLOCK_REALTIME, timespec);
  return timespec.readBigInt64LE(0) * 1_000_000_000n + timespec.readBigInt64LE(8);
}

/** Nanoseconds by the monotonic clock. */
export function monotonicTimeNs(): bigint {
  return process.hrtime.bigint();
}

let distance = { ns: 0n, measuredAtNs: -BELIEVED_NS };

/** The monotonic time of an instant that the wall clock stamped a moment ago. */
export function monotonicOf(stampNs: bigint): bigint {
  if (monotonicTimeNs() - distance.measuredAtNs > BELIEVED_NS) distance = measureDistance();
  return stampNs - distance.ns;
}

/** How far the wall clock is ahead; of several tries the one that was disturbed least. */
function measureDistance(): { ns: bigint; measuredAtNs: bigint } {
  let best = { ns: 0n, measuredAtNs: 0n, width: 1n << 62n };
  for (let tries = 0; tries < MOST_TRIES && best.width > CLOSE_NS; tries += 1) {
    const before = monotonicTimeNs();
    const real = realTimeNs();
    const after = monotonicTimeNs();
    const width = after - before;
    if (width < best.width) best = { ns: real - (before + width / 2n), measuredAtNs: after, width };
  }
  return best;
}
