/**
 * What is known of a server program: which processes it is, which backlog it passes if nobody says otherwise, where that
 * is set, and what makes a changed setting count. The data are in servers.ts and runtimes.ts.
 *
 * @module
 */

/** The backlog that a program passes: a number, or "as large as somaxconn". */
export type DefaultBacklog = number | "somaxconn";

/** One server program, or the runtime in which one is written. */
export interface Software {
  readonly name: string;
  /** The kernel's short process names, whole. */
  readonly processes: RegExp;
  /** Null where it depends on the program or its configuration. */
  readonly defaultBacklog: DefaultBacklog | null;
  /** Where the default was seen. */
  readonly evidence: string;
  /** The line that sets another backlog, with the number in it. */
  readonly backlogLine: (backlog: number) => string;
  /** What makes the line count; null where the line is no setting. */
  readonly apply: string | null;
  /** Its option for TCP_DEFER_ACCEPT, as a line that turns it off; left out where it has none. */
  readonly deferAcceptLine?: string;
  /** How more connections are accepted at once, where the program has a setting for it; else null. */
  readonly acceptFaster: string | null;
}
