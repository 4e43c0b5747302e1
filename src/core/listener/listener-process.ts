/**
 * A process that holds a listener. Types only.
 *
 * @module
 */

/** One holder. */
export interface ListenerProcess {
  readonly pid: number;
  /** The kernel's short name; bytes that are no UTF-8 as `\xNN`. */
  readonly name: string;
  readonly fd: number;
}
