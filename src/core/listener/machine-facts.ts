/**
 * What findings and their remedies must know of the machine on which they are typed. Types only; an unknown value is null.
 *
 * @module
 */

/** The line of a file that gives a sysctl its value when the machine starts. */
export interface SysctlSetting {
  /** Where the line stands: no link. */
  readonly path: string;
  /** The name as the line spells it: dots or slashes. */
  readonly key: string;
  readonly value: string;
}

/** The machine. */
export interface MachineFacts {
  /** The kernel's, such as `"6.18.44"`. */
  readonly kernelVersion: string | null;
  /** False in a PID namespace within another: processes outside are not visible, and may hold what nobody here does. */
  readonly seesAllProcesses: boolean;
  /** Who sets each of the sysctls that decide about queues; null for one that no file sets. */
  readonly sysctlSettings: Readonly<Record<string, SysctlSetting | null>>;
  /** fs.nr_open, above which no limit of open files goes. */
  readonly mostOpenFiles: number | null;
}
