/**
 * How this program is started once more: whoever needs a process of its own for a lab or a probe asks here. The build writes
 * its form into the code, because a file's path says nothing in a bundle and is not there at all in an executable.
 *
 * @module
 */
import process from "node:process";
import { fileURLToPath } from "node:url";

/** Written by the build; nothing in the library and in unbuilt sources. */
declare const LISTENQ_FORM: "bundle" | "executable" | undefined;

/** `bundle` is the npm package's command, `executable` the one file that holds Node too, `library` is everything else. */
export type ProgramForm = "bundle" | "executable" | "library";

/** What this code was built as. */
export const PROGRAM_FORM: ProgramForm = typeof LISTENQ_FORM === "string" ? LISTENQ_FORM : "library";

/**
 * The command that starts listenq, to be followed by its arguments. The executable needs no file beside it; the library starts
 * the package's command, without the options of a Node that belongs to somebody else.
 */
export function ownCommand(): readonly string[] {
  if (PROGRAM_FORM === "executable") return [process.execPath];
  if (PROGRAM_FORM === "bundle") return [process.execPath, ...process.execArgv, fileHere("./main.js")];
  return [process.execPath, fileHere("../../../../dist/cli/main.js")];
}

function fileHere(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}
