/**
 * Programs of the machine, run to their end. What they print is returned; a failure carries the end of what they said.
 *
 * @module
 */
import { type SpawnOptions, spawn } from "node:child_process";
import { buffer, text } from "node:stream/consumers";

/** Where and with what a program runs, and what ends it early. */
export type ProgramOptions = Pick<SpawnOptions, "cwd" | "env" | "signal">;

/** Runs a program and returns its standard output as text. @throws {Error} when it is not there, or fails */
export async function runProgram(
  program: string,
  args: readonly string[],
  options?: ProgramOptions,
): Promise<string> {
  return (await runForBytes(program, args, options)).toString();
}

/** Runs a program and returns its standard output. @throws {Error} when it is not there, or fails */
export async function runForBytes(
  program: string,
  args: readonly string[],
  options: ProgramOptions = {},
): Promise<Buffer> {
  const child = spawn(program, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  const [out, err, code] = await Promise.all([buffer(child.stdout), text(child.stderr), ended]);
  if (code !== 0) throw new Error(`${program} ${args.join(" ")}: ${lastLines(err) || `exit code ${code}`}`);
  return out;
}

function lastLines(said: string): string {
  return said.trim().split("\n").slice(-3).join("; ");
}
