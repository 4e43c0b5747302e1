/**
 * One timerfd in Node's event loop: late by tens of microseconds where setTimeout is late by milliseconds.
 * One alarm at a time; lab/host/agenda.ts keeps the many.
 *
 * @module
 */
import { checked } from "../ffi/check.ts";
import { Descriptor } from "../ffi/descriptor.ts";
import { libc, type StopWatching, watch } from "../ffi/libc.ts";

const CLOCK_MONOTONIC = 1;
const TFD_NONBLOCK_CLOEXEC = 0o4000 | 0o2000000;
const TFD_TIMER_ABSTIME = 1;

/** An alarm clock on CLOCK_MONOTONIC. */
export class Timer {
  readonly #descriptor: Descriptor;
  readonly #stop: StopWatching;
  readonly #count: Buffer = Buffer.allocUnsafeSlow(8);
  readonly #spec: Buffer = Buffer.alloc(32);

  /** @throws {SyscallError} */
  constructor(onAlarm: () => void) {
    const created = libc.timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK_CLOEXEC);
    this.#descriptor = Descriptor.checked("timerfd_create", created);
    try {
      this.#stop = watch(this.#descriptor.number, "readable", () => {
        libc.read(this.#descriptor.number, this.#count, 8);
        onAlarm();
      });
    } catch (error) {
      this.#descriptor.close();
      throw error;
    }
  }

  /** Sets the alarm, in nanoseconds of the monotonic clock; an instant in the past rings at once. */
  set(atNs: bigint): void {
    // A value of zero would switch the timer off, so the earliest alarm is 1 ns after the clock began.
    const instant = atNs > 0n ? atNs : 1n;
    this.#spec.writeBigInt64LE(instant / 1_000_000_000n, 16);
    this.#spec.writeBigInt64LE(instant % 1_000_000_000n, 24);
    const { number } = this.#descriptor;
    checked("timerfd_settime", libc.timerfd_settime(number, TFD_TIMER_ABSTIME, this.#spec, null));
  }

  close(): void {
    this.#stop();
    this.#descriptor.close();
  }
}
