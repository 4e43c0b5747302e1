/**
 * What a command may touch of the outside world, so that tests can run whole commands on fakes.
 *
 * @module
 */

/** A terminal, a file or a pipe. */
export type Output = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };

/** Where a command writes, and how it learns that it should stop. */
export interface Io {
  /** Data: what the user asked for. */
  readonly stdout: Output;
  /** Progress, warnings and errors. */
  readonly stderr: Output;
  readonly stdin: { readonly isTTY?: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by SIGINT or SIGTERM; its reason is the exit code (130 or 143). */
  readonly interrupted: AbortSignal;
}

/** The exit codes of every command. */
export const EXIT = {
  fine: 0,
  claimDoesNotHold: 1,
  usage: 2,
  notSupported: 3,
  bug: 70,
  interrupted: 130,
} as const;

/** Writes one JSON document: indented, as people read it and as every reader of JSON takes it. */
export function printJson(io: Io, document: unknown): void {
  io.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
}
