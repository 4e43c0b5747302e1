/**
 * What a command's file is given.
 *
 * @module
 */
import type { Io } from "./io.ts";

/** What a command gets: its arguments, where it writes, and how it ends. */
export interface CommandContext {
  readonly io: Io;
  /** The whole command line, without the program. */
  readonly args: readonly string[];
  /** Sets the exit code of a command that ran to its end. */
  exitWith(code: number): void;
}
