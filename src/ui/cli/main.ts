#!/usr/bin/env node
/**
 * The executable: Node's process on one side, `run` on the other.
 *
 * @module
 */
import process from "node:process";
import { asFileError } from "../../system/files/file-error.ts";
import { keepCompiled } from "./compile-cache.ts";
import { VERSION } from "./version.ts";

const interruption = new AbortController();
process.on("SIGINT", () => interruption.abort(130));
process.on("SIGTERM", () => interruption.abort(143));
// A reader that closes the pipe early (`listenq ls | head -1`) is no failure of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  // A full disk under `listenq ls > FILE`.
  failToWrite(error);
});
// The same for warnings (`listenq ls 2>&1 | head -1`): what the command does and its exit code do not depend on who reads them.
process.stderr.on("error", () => {});

// What a callback of the event loop throws reaches nobody else; the contract has a code for it.
process.on("uncaughtException", (error) => {
  process.stderr.write(`listenq: ${error.stack ?? error.message}\nThis is a bug in listenq.\n`);
  process.exit(70);
});

keepCompiled(process.env);
// Not `await` at the top: in the one-file executable this is a CommonJS script.
void main();

async function main(): Promise<void> {
  const args = process.argv.slice(2);
  // What scripts ask most needs no parser.
  if (args.length === 1 && (args[0] === "--version" || args[0] === "-V")) {
    process.stdout.write(`${VERSION}\n`);
    return;
  }
  // What is kept compiled begins here.
  const { run } = await import("./run.ts");
  process.exitCode = await run(args, {
    stdout: process.stdout,
    // Node makes a stream when it is first asked for; most commands need neither of these.
    get stderr() {
      return process.stderr;
    },
    get stdin() {
      return process.stdin;
    },
    env: process.env,
    interrupted: interruption.signal,
  });
}

function failToWrite(error: Error): never {
  process.stderr.write(`listenq: ${(asFileError("cannot write the output", error) as Error).message}\n`);
  process.exit(2);
}
