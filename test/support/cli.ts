/**
 * The built program as a child process: `npm test` builds it first. One way to start it for every test of whole commands.
 *
 * @module
 */
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** The built program. LISTENQ_TEST_PROGRAM names another build of it. */
export const PROGRAM = process.env["LISTENQ_TEST_PROGRAM"] ?? `${root}dist/cli/main.js`;
/** Inherited by every descendant, so that what a run leaves behind can be told from everybody else's processes. */
export const MARKER_VARIABLE = "LISTENQ_TEST_MARKER";
/** An ordinary user that every Linux has. */
export const NOBODY = 65_534;
export const isRoot = process.getuid?.() === 0;

/** Whether root can run it as an ordinary user: a checkout in a folder of root's own cannot be read by anybody else. */
export function nobodyCanRun(): boolean {
  const arguments_ = [
    `--reuid=${NOBODY}`,
    `--regid=${NOBODY}`,
    "--clear-groups",
    process.execPath,
    PROGRAM,
    "--version",
  ];
  return isRoot && spawnSync("setpriv", arguments_, { cwd: "/" }).status === 0;
}

/** How to start it. */
export interface CliOptions {
  /** Another user than ours; only root can choose one. */
  readonly uid?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** How it ended. */
export interface CliResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program that is running. */
export interface RunningCli {
  readonly child: ChildProcessWithoutNullStreams;
  /** The value of MARKER_VARIABLE in it and in all its descendants. */
  readonly marker: string;
  readonly ended: Promise<CliResult>;
  /** Resolves when stderr has that text; rejects when the program ends without having said it. */
  said(text: string): Promise<void>;
}

/** Starts the program. */
export function start(args: readonly string[], options: CliOptions = {}): RunningCli {
  const marker = randomUUID();
  const uid = options.uid ?? process.getuid?.();
  const asOther =
    uid === process.getuid?.() ? [] : ["setpriv", `--reuid=${uid}`, `--regid=${uid}`, "--clear-groups"];
  const [command = "", ...rest] = [...asOther, process.execPath, PROGRAM, ...args];
  const env = { ...process.env, NO_COLOR: "1", ...options.env, [MARKER_VARIABLE]: marker };
  const child = spawn(command, rest, { cwd: "/", env });
  child.stdin.end();
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const ended = new Promise<CliResult>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  const said = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (stderr.includes(text)) resolve();
      };
      child.stderr.on("data", look);
      look();
      ended.then(() => reject(new Error(`it ended without saying "${text}": ${stderr}`)), reject);
    });
  return { child, marker, ended, said };
}

/** Runs the program to its end. */
export function run(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  return start(args, options).ended;
}
