/**
 * Trace events by perf_event_open: one ring per CPU, filters in the kernel, and nothing anywhere that outlives the process. It
 * costs nothing while nothing fires.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import process from "node:process";
import { NotSupportedError } from "../../../core/errors.ts";
import { PERF_PAGE, type PerfVisitor, readPerfRecords } from "../../../core/wire/trace-event/perf-records.ts";
import { checked } from "../ffi/check.ts";
import { type Closable, Descriptor, OpenResources } from "../ffi/descriptor.ts";
import { addressOf, libc, memoryAt, watch } from "../ffi/libc.ts";

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
const PROT_READ_WRITE = 3;
const MAP_SHARED = 1;
const DATA_PAGES = 16;

/** An event to be told of. */
export interface WantedEvent {
  /** The kernel's number of it. */
  readonly id: number;
  /** In the kernel's filter language, such as `"reason == 40"`; null for all of them. */
  readonly filter: string | null;
}

/** Some events on all CPUs, until it is closed. */
export class PerfEvents implements Closable {
  readonly #rings: CpuRing[] = [];

  readonly #visitor: PerfVisitor;

  /**
   * Begins.
   *
   * @param visitor is told in Node's event loop, of the records of all CPUs in the order of their times, which are of CLOCK_MONOTONIC
   * @throws {NotSupportedError} without CAP_PERFMON or CAP_SYS_ADMIN, or on an unknown architecture
   */
  constructor(events: readonly WantedEvent[], visitor: PerfVisitor) {
    this.#visitor = visitor;
    try {
      for (const cpu of onlineCpus()) this.#rings.push(new CpuRing(cpu, events, () => this.drain()));
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Tells of no more records of one event, the how-manieth of those that were wanted. */
  mute(place: number): void {
    for (const ring of this.#rings) ring.mute(place);
  }

  /** Reads what is there without waiting for the event loop. */
  drain(): void {
    const samples: { readonly atNs: bigint; readonly record: DataView }[] = [];
    // What one packet does on two CPUs is told in its order; and while it is told, the rings have room.
    const keep = {
      sample: (atNs: bigint, record: DataView) => samples.push({ atNs, record: copyOf(record) }),
    };
    for (const ring of this.#rings) ring.drain({ ...keep, lost: (count) => this.#visitor.lost(count) });
    samples.sort((a, b) => (a.atNs < b.atNs ? -1 : Number(a.atNs > b.atNs)));
    for (const { atNs, record } of samples) this.#visitor.sample(atNs, record);
  }

  close(): void {
    for (const ring of this.#rings.splice(0)) ring.close();
  }
}

/** The events of one CPU: the first one's ring takes the records of all. */
class CpuRing implements Closable {
  readonly #opened = new OpenResources();
  readonly #events: readonly Descriptor[];
  readonly #header: DataView;
  readonly #data: Uint8Array;

  constructor(cpu: number, events: readonly WantedEvent[], onReadable: () => void) {
    const opened = this.#opened;
    try {
      this.#events = events.map(({ id, filter }) => {
        const event = openEvent(id, cpu);
        // The last one of an event waits in the kernel until no CPU can be in it any more, some 0.2 s.
        opened.keep({ close: () => event.closeInBackground() });
        if (filter !== null) setFilter(event, filter);
        return event;
      });
      const [first, ...others] = this.#events;
      if (first === undefined) throw new Error("no event is wanted");
      const memory = opened.keep(new RingMemory(first));
      this.#header = memory.header;
      this.#data = memory.data;
      for (const { number } of others)
        checked("perf SET_OUTPUT", libc.ioctlNumber(number, IOCTL.SET_OUTPUT, first.number));
      for (const { number } of this.#events)
        checked("perf ENABLE", libc.ioctlNumber(number, IOCTL.ENABLE, 0));
      opened.keep({ close: watch(first.number, "readable", onReadable) });
    } catch (error) {
      opened.close();
      throw error;
    }
  }

  mute(place: number): void {
    const event = this.#events[place];
    if (event !== undefined) libc.ioctlNumber(event.number, IOCTL.DISABLE, 0);
  }

  drain(visitor: PerfVisitor): void {
    const tail = this.#header.getBigUint64(PERF_PAGE.dataTail, true);
    const head = this.#header.getBigUint64(PERF_PAGE.dataHead, true);
    if (head === tail) return;
    readPerfRecords(this.#data, tail, head, visitor);
    this.#header.setBigUint64(PERF_PAGE.dataTail, head, true);
  }

  close(): void {
    this.#opened.close();
  }
}

function copyOf({ buffer, byteOffset, byteLength }: DataView): DataView {
  return new DataView(buffer.slice(byteOffset, byteOffset + byteLength));
}

/** The memory that an event shares with the kernel. Neither part may be touched once it is closed. */
class RingMemory implements Closable {
  readonly header: DataView;
  readonly data: Uint8Array;
  readonly #address: number;
  readonly #length: number;

  constructor({ number }: Descriptor) {
    const page = libc.getpagesize();
    this.#length = page * (1 + DATA_PAGES);
    this.#address = mapRing(number, this.#length);
    this.header = new DataView(memoryAt(this.#address, page));
    this.data = new Uint8Array(memoryAt(this.#address + page, this.#length - page));
  }

  close(): void {
    libc.munmap(this.#address, this.#length);
  }
}

function openEvent(id: number, cpu: number): Descriptor {
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
  attr.writeUInt32LE(1, 48);
  attr.writeInt32LE(CLOCK_MONOTONIC, 92);
  return permitted(libc.syscall(number, addressOf(attr), -1, cpu, -1, FLAG_FD_CLOEXEC));
}

/** Before it is enabled, so that no other record comes. */
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

function mapRing(fd: number, length: number): number {
  // An address of a program is below 2^53, and MAP_FAILED is the largest number that there is.
  const address = Number(libc.mmap(null, length, PROT_READ_WRITE, MAP_SHARED, fd, 0));
  return address > Number.MAX_SAFE_INTEGER ? checked("perf mmap", -1) : address;
}

function cannot(reason: string, remedy: string | null, cause?: unknown): NotSupportedError {
  return new NotSupportedError("reading the kernel's trace events", reason, remedy, { cause });
}

/** By /proc, as there may be no /sys. */
function onlineCpus(): number[] {
  return [...readFileSync("/proc/stat", "utf8").matchAll(/^cpu(\d+) /gm)].map(([, cpu]) => Number(cpu));
}
