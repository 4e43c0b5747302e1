/**
 * Trace events by perf_event_open: one ring per CPU, filters in the kernel, and nothing anywhere that outlives the process. It
 * costs nothing while nothing fires.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { PERF_PAGE, type PerfVisitor, readPerfRecords } from "../../../core/wire/trace-event/perf-records.ts";
import { checked } from "../ffi/check.ts";
import { type Closable, OpenResources } from "../ffi/descriptor.ts";
import { libc, memoryAt, watch } from "../ffi/libc.ts";
import { PerfEvent, WAKE, type WantedEvent } from "./perf-event.ts";

const PROT_READ_WRITE = 3;
const MAP_SHARED = 1;
/** Of each CPU's ring; one that is only read now and then holds more. */
const DATA_PAGES = { atOnce: 16, polled: 32 } as const;

/** Some events on all CPUs, until it is closed. */
export class PerfEvents implements Closable {
  readonly #rings: CpuRing[] = [];
  readonly #events: readonly WantedEvent[];
  readonly #visitor: PerfVisitor;
  readonly #isPolled: boolean;
  /** Records that were told, by the event's number. */
  readonly #told = new Map<number, number>();

  /**
   * Begins.
   *
   * @param visitor is told of the records of all CPUs in the order of their times, which are of CLOCK_MONOTONIC
   * @param isPolled true: only while `drain()` runs, CPU after CPU and without copies, so that many records wake nobody and cost
   * little; false: also in Node's event loop, at once
   * @throws {NotSupportedError} without CAP_PERFMON or CAP_SYS_ADMIN, or on an unknown architecture
   */
  constructor(events: readonly WantedEvent[], visitor: PerfVisitor, isPolled = false) {
    this.#visitor = visitor;
    this.#events = events;
    this.#isPolled = isPolled;
    const onReadable = isPolled ? null : () => this.drain();
    try {
      for (const cpu of onlineCpus()) this.#rings.push(new CpuRing(cpu, events, onReadable));
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Tells of no more records of one event, the how-manieth of those that were wanted. */
  mute(place: number): void {
    for (const ring of this.#rings) ring.mute(place);
  }

  /** Tells of them again. @throws {SyscallError} */
  unmute(place: number): void {
    for (const ring of this.#rings) ring.events[place]?.enable();
  }

  /**
   * Ends all events and tells what is left. The kernel counts an event before it writes its record.
   *
   * @returns of each that was wanted how often the kernel counted it without a record that was told: 0 if all is told
   */
  stop(): readonly number[] {
    for (const ring of this.#rings) for (const event of ring.events) event.disable();
    this.drain();
    return this.#events.map(({ id }, place) => {
      const counted = this.#rings.reduce((sum, { events }) => sum + (events[place]?.count() ?? 0), 0);
      return counted - (this.#told.get(id) ?? 0);
    });
  }

  /** Reads what is there without waiting for the event loop. */
  drain(): void {
    if (this.#isPolled) this.#drainUnsorted();
    else this.#drainSorted();
  }

  #drainUnsorted(): void {
    const visitor = {
      sample: (atNs: bigint, record: DataView) => this.#tell(atNs, record),
      lost: (count: number) => this.#visitor.lost(count),
    };
    for (const ring of this.#rings) ring.drain(visitor);
  }

  #drainSorted(): void {
    const samples: { readonly atNs: bigint; readonly record: DataView }[] = [];
    // What one packet does on two CPUs is told in its order; and while it is told, the rings have room.
    const keep = {
      sample: (atNs: bigint, record: DataView) => samples.push({ atNs, record: copyOf(record) }),
    };
    for (const ring of this.#rings) ring.drain({ ...keep, lost: (count) => this.#visitor.lost(count) });
    samples.sort((a, b) => (a.atNs < b.atNs ? -1 : Number(a.atNs > b.atNs)));
    for (const { atNs, record } of samples) this.#tell(atNs, record);
  }

  #tell(atNs: bigint, record: DataView): void {
    const id = record.getUint16(0, true);
    this.#told.set(id, (this.#told.get(id) ?? 0) + 1);
    this.#visitor.sample(atNs, record);
  }

  close(): void {
    for (const ring of this.#rings.splice(0)) ring.close();
  }
}

/** The events of one CPU: the first one's ring takes the records of all. */
class CpuRing implements Closable {
  readonly #opened = new OpenResources();
  readonly events: readonly PerfEvent[];
  readonly #header: DataView;
  readonly #data: Uint8Array;

  constructor(cpu: number, wanted: readonly WantedEvent[], onReadable: (() => void) | null) {
    const opened = this.#opened;
    try {
      const isPolled = onReadable === null;
      const wakeAfter = isPolled ? WAKE.never : WAKE.always;
      this.events = wanted.map((one) => opened.keep(new PerfEvent(one, cpu, wakeAfter)));
      const [first, ...others] = this.events;
      if (first === undefined) throw new Error("no event is wanted");
      const memory = opened.keep(new RingMemory(first, isPolled ? DATA_PAGES.polled : DATA_PAGES.atOnce));
      this.#header = memory.header;
      this.#data = memory.data;
      for (const other of others) other.writeTo(first);
      for (const event of this.events) event.enable();
      if (onReadable !== null) opened.keep({ close: watch(first.number, "readable", onReadable) });
    } catch (error) {
      opened.close();
      throw error;
    }
  }

  mute(place: number): void {
    this.events[place]?.disable();
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

  constructor({ number }: PerfEvent, dataPages: number) {
    const page = libc.getpagesize();
    this.#length = page * (1 + dataPages);
    this.#address = mapRing(number, this.#length);
    this.header = new DataView(memoryAt(this.#address, page));
    this.data = new Uint8Array(memoryAt(this.#address + page, this.#length - page));
  }

  close(): void {
    libc.munmap(this.#address, this.#length);
  }
}

function mapRing(fd: number, length: number): number {
  // An address of a program is below 2^53, and MAP_FAILED is the largest number that there is.
  const address = Number(libc.mmap(null, length, PROT_READ_WRITE, MAP_SHARED, fd, 0));
  return address > Number.MAX_SAFE_INTEGER ? checked("perf mmap", -1) : address;
}

/** By /proc, as there may be no /sys. */
function onlineCpus(): number[] {
  return [...readFileSync("/proc/stat", "utf8").matchAll(/^cpu(\d+) /gm)].map(([, cpu]) => Number(cpu));
}
