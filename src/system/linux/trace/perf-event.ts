/**
 * One trace event on one CPU, opened by perf_event_open: enabled, filtered and counted by the kernel.
 *
 * @module
 */
import process from "node:process";
import { NotSupportedError } from "../../../core/errors.ts";
import { checked } from "../ffi/check.ts";
import { type Closable, Descriptor } from "../ffi/descriptor.ts";
import { addressOf, libc } from "../ffi/libc.ts";

/** perf_event_open is older than the common table of numbers. */
const NR_PERF_EVENT_OPEN: Readonly<Record<string, number>> = {
  x64: 298,
  arm64: 241,
  riscv64: 241,
  loong64: 241,
  ppc64: 319,
  s390x: 331,
  ia32: 336,
  arm: 364,
};

/** @kernel include/uapi/linux/perf_event.h perf_event_attr v6.18 */
const ATTR_BYTES = 112;
const TYPE_TRACEPOINT = 2;
const SAMPLE_TIME_AND_RAW = 4n | 1024n;
const DISABLED_WITH_CLOCK = 1n | (1n << 25n);
const CLOCK_MONOTONIC = 1;
const FLAG_FD_CLOEXEC = 8;
const IOCTL = { ENABLE: 0x2400, DISABLE: 0x2401, SET_OUTPUT: 0x2405, SET_FILTER: 0x40082406 } as const;
const COUNT_BYTES = 8;

/** An event to be told of. */
export interface WantedEvent {
  /** The kernel's number of it. */
  readonly id: number;
  /** In the kernel's filter language, such as `"reason == 40"`; null for all of them. */
  readonly filter: string | null;
}

/** After how many records of a CPU whoever waits for them is woken. */
export const WAKE = { always: 1, never: 0x7fff_ffff } as const;

/** An open event. It begins disabled. */
export class PerfEvent implements Closable {
  readonly #descriptor: Descriptor;

  /** @throws {NotSupportedError} without CAP_PERFMON or CAP_SYS_ADMIN, on an unknown architecture, or where the filter is not taken */
  constructor({ id, filter }: WantedEvent, cpu: number, wakeAfter: number = WAKE.always) {
    this.#descriptor = openEvent(id, cpu, wakeAfter);
    try {
      // Before it is enabled, so that no other record comes.
      if (filter !== null) setFilter(this.#descriptor, filter);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** For mmap and poll. */
  get number(): number {
    return this.#descriptor.number;
  }

  enable(): void {
    checked("perf ENABLE", libc.ioctlNumber(this.number, IOCTL.ENABLE, 0));
  }

  disable(): void {
    libc.ioctlNumber(this.number, IOCTL.DISABLE, 0);
  }

  /** Its records go into the ring of another event of the same CPU. @throws {SyscallError} */
  writeTo(other: PerfEvent): void {
    checked("perf SET_OUTPUT", libc.ioctlNumber(this.number, IOCTL.SET_OUTPUT, other.number));
  }

  /** How often it fired while it was enabled, whether or not there is a record of it. */
  count(): number {
    const bytes = Buffer.alloc(COUNT_BYTES);
    checked("read a perf event", libc.read(this.number, bytes, COUNT_BYTES));
    return Number(bytes.readBigUInt64LE());
  }

  /** The last one of an event waits in the kernel until no CPU can be in it any more, some 0.2 s: in a thread of its own. */
  close(): void {
    this.#descriptor.closeInBackground();
  }
}

function openEvent(id: number, cpu: number, wakeAfter: number): Descriptor {
  const number = NR_PERF_EVENT_OPEN[process.arch];
  if (number === undefined)
    throw cannot(`the number of perf_event_open on ${process.arch} is not known`, null);
  const attr = Buffer.alloc(ATTR_BYTES);
  attr.writeUInt32LE(TYPE_TRACEPOINT, 0);
  attr.writeUInt32LE(ATTR_BYTES, 4);
  attr.writeBigUInt64LE(BigInt(id), 8);
  attr.writeBigUInt64LE(1n, 16);
  attr.writeBigUInt64LE(SAMPLE_TIME_AND_RAW, 24);
  attr.writeBigUInt64LE(DISABLED_WITH_CLOCK, 40);
  attr.writeUInt32LE(wakeAfter, 48);
  attr.writeInt32LE(CLOCK_MONOTONIC, 92);
  return permitted(libc.syscall(number, addressOf(attr), -1, cpu, -1, FLAG_FD_CLOEXEC));
}

function setFilter({ number }: Descriptor, filter: string): void {
  if (libc.ioctl(number, IOCTL.SET_FILTER, Buffer.from(`${filter}\0`)) < 0)
    throw cannot(`the kernel does not take the filter ${filter}`, null);
}

function permitted(result: number): Descriptor {
  try {
    return Descriptor.checked("perf_event_open", result);
  } catch (error) {
    throw cannot((error as Error).message, "run it as root on the host, or with CAP_PERFMON", error);
  }
}

function cannot(reason: string, remedy: string | null, cause?: unknown): NotSupportedError {
  return new NotSupportedError("reading the kernel's trace events", reason, remedy, { cause });
}
