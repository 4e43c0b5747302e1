/**
 * Servers as child processes, for tests that stop them, starve them or look for them from outside. They are killed with
 * `close`, and end by themselves when the test's process does, because their standard input closes.
 *
 * @module
 */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";

/** A server that listens. */
export interface ServerProcess {
  readonly pid: number;
  readonly child: ChildProcessWithoutNullStreams;
  /** What it printed first. */
  readonly said: string;
  close(): Promise<void>;
}

const PROLOGUE = 'process.stdin.on("end", () => process.exit()).resume();';

/** Starts a Node program that prints a line when it is ready; `before` are words in front of it, such as `prlimit …`. */
export function startServer(code: string, before: readonly string[] = []): Promise<ServerProcess> {
  const [command = "", ...rest] = [...before, process.execPath, "-e", `${PROLOGUE}${code}`];
  return startProgram(command, rest);
}

/** Starts any program that prints a line when it is ready. @throws {Error} when it ends before */
export async function startProgram(command: string, words: readonly string[]): Promise<ServerProcess> {
  const child = spawn(command, words);
  const failed = once(child, "exit").then(([status]) => {
    throw new Error(`the server ended with ${status}`);
  });
  const [said] = await Promise.race([once(child.stdout, "data"), failed]);
  failed.catch(() => {});
  return {
    pid: child.pid ?? 0,
    child,
    said: String(said),
    close: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}

/** The code of a server on a port that says when it listens. */
export function listenCode(port: number, backlog: number): string {
  return `require("node:net").createServer(() => {}).listen({ port: ${port}, host: "127.0.0.1", backlog: ${backlog} }, () => console.log("listens"));`;
}

/** The code of a server that listens with backlog 1 on a free port, prints it, and never accepts. */
export const STANDS_STILL = `
const still = require("node:net").createServer().listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
  require("node:fs").writeSync(1, String(still.address().port));
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
});`;
