/**
 * What is read of a process that holds a listener, at one moment. Types only; system/linux/proc reads them.
 *
 * @module
 */

/** What /proc says at one moment. What cannot be read is null. */
export interface ProcessState {
  /** The kernel's letter: R, S, D, T, t, Z. */
  readonly state: string | null;
  /** CPU time used by all threads so far. */
  readonly cpuMs: number | null;
  /** CPU time of the processes that it has started and whose end it has seen. */
  readonly endedChildrenCpuMs: number | null;
  /** How each thread fared, by its id. */
  readonly threads: ReadonlyMap<number, ThreadTimes>;
  /** Descriptors whose number is below the limit: those above it were inherited and leave room. */
  readonly openFiles: number | null;
  /** The soft RLIMIT_NOFILE; null for unlimited or unknown. */
  readonly fileLimit: number | null;
  /** The hard one; null for unlimited or unknown. */
  readonly hardFileLimit: number | null;
  /** The kernel function in which the main thread sleeps; null where it does not, or where that is hidden. */
  readonly sleepsIn: string | null;
  /** For how long it has been running. */
  readonly ageMs: number | null;
}

/** What a thread has had so far, in milliseconds. */
export interface ThreadTimes {
  readonly ranMs: number;
  /** How long it could have run and waited for a CPU; null where the kernel does not say. */
  readonly waitedMs: number | null;
}

/** What the control group says at one moment; null where it says nothing. */
export interface CgroupState {
  readonly isFrozen: boolean | null;
  readonly throttledPeriods: number | null;
  readonly throttledMs: number | null;
}
