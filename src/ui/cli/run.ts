/**
 * Arguments and an `Io` in, an exit code out. Every command is one file in commands/, loaded with its heavy parts
 * only when it runs, so that `listenq ls` does not wait for the lab.
 *
 * @module
 */
import { CommanderError } from "commander";
import { withColor } from "./cli-style.ts";
import { wholeCommandLine } from "./command-line.ts";
import type { CommandContext } from "./context.ts";
import { reportFailure } from "./failure.ts";
import { EXIT, type Io } from "./io.ts";
import { addColor, buildProgram } from "./program.ts";

/** Runs one command line and returns its exit code; never throws. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  let exitCode: number = EXIT.fine;
  let shown = io;
  const context: CommandContext = {
    get io() {
      return shown;
    },
    args,
    exitWith: (code) => {
      exitCode = code;
    },
  };
  try {
    const program = buildProgram(context);
    addColor(program, (when) => {
      shown = withColor(io, when);
    });
    await program.parseAsync(wholeCommandLine(program, args), { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.fine : EXIT.usage;
    return reportFailure(error, io);
  }
}
