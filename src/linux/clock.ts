/**
 * The two clocks of a recording: CLOCK_REALTIME, in which the kernel stamps frames, and CLOCK_MONOTONIC, in which a run is told.
 * A step of the wall clock during a run must not bend a trace, so the distance is read anew each time it is used.
 *
 * @module
 */
import { libc } from "./ffi/libc.ts";

const CLOCK_REALTIME = 0;
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

/** The monotonic time of an instant that the wall clock stamped a moment ago. */
export function monotonicOf(stampNs: bigint): bigint {
  return monotonicTimeNs() - (realTimeNs() - stampNs);
}
