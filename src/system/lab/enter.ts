/**
 * The way into a lab for a user who may not make namespaces: the same command once more, inside a user namespace of its own.
 * `CLONE_NEWUSER` cannot be done from inside Node, which has threads, so util-linux's `unshare` does it before Node starts.
 *
 * @module
 */
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { NotSupportedError } from "../../core/errors.ts";
import { NAMESPACE_REMEDY } from "../linux/namespace/namespace.ts";
import { type Capability, hasCapability } from "../linux/proc/capabilities.ts";
import { dieWithParent } from "../linux/process/die-with-parent.ts";
import { ownCommand } from "../linux/process/own-program.ts";

const NEEDED: readonly Capability[] = ["SYS_ADMIN", "NET_ADMIN", "NET_RAW"];
const PARENT_VARIABLE = "LISTENQ_LAB_PARENT";
/** How `unshare` itself ends when the kernel refuses; Node never ends so before it has started. */
const UNSHARE_ARGUMENTS = ["--user", "--map-root-user", "--net"] as const;

/** How the process that does the work is told from the one that waits for it. */
export type LabEntry = { readonly here: true } | { readonly here: false; readonly exitCode: number };

/** What the way in needs to know. */
export interface EntryOptions {
  /** The whole command line after the program: it is run once more if need be. */
  readonly args: readonly string[];
  /** What starts the program; listenq itself if left out. */
  readonly command?: readonly string[];
  readonly interrupted: AbortSignal;
}

/**
 * Returns `{here: true}` when this process may make namespaces; otherwise runs the same command inside a user namespace,
 * waits, and returns its exit code.
 *
 * @throws {NotSupportedError} when neither is possible, with what would permit it
 */
export async function enterLab(options: EntryOptions): Promise<LabEntry> {
  const parent = process.env[PARENT_VARIABLE];
  if (parent !== undefined && !dieWithParent(Number(parent))) process.exit(1);
  if (NEEDED.every(hasCapability)) return { here: true };
  if (parent !== undefined) throw notPermitted("the user namespace grants no rights");
  await probeUserNamespace();
  return { here: false, exitCode: await runInside(options) };
}

/** Tries `unshare` on its own first, so that its refusal cannot be mistaken for the command's own exit code. */
async function probeUserNamespace(): Promise<void> {
  const probe = spawn("unshare", [...UNSHARE_ARGUMENTS, "true"], { stdio: ["ignore", "ignore", "pipe"] });
  let words = "";
  probe.stderr.on("data", (chunk: Buffer) => {
    words += chunk.toString();
  });
  const end = await endOf(probe).catch((error: NodeJS.ErrnoException) => {
    throw error.code === "ENOENT" ? notPermitted("the program unshare (util-linux) is not installed") : error;
  });
  if (end !== 0) throw notPermitted(words.trim() || `unshare ended with ${end}`);
}

async function runInside({ args, command = ownCommand(), interrupted }: EntryOptions): Promise<number> {
  const env = { ...process.env, [PARENT_VARIABLE]: String(process.pid) };
  const child = spawn("unshare", [...UNSHARE_ARGUMENTS, ...command, ...args], { stdio: "inherit", env });
  const passOn = () => child.kill(interrupted.reason === 143 ? "SIGTERM" : "SIGINT");
  interrupted.addEventListener("abort", passOn);
  // It may have come before there was anybody to pass it on to.
  if (interrupted.aborted) passOn();
  try {
    return await endOf(child);
  } finally {
    interrupted.removeEventListener("abort", passOn);
  }
}

/** A child's exit code, in the shell's way: 128 and the signal's number if a signal ended it. */
function endOf(child: ReturnType<typeof spawn>): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? "SIGKILL"]));
  });
}

function notPermitted(reason: string): NotSupportedError {
  return new NotSupportedError("the lab (a network namespace of its own)", reason, NAMESPACE_REMEDY);
}
