/**
 * One kernel under qemu's software emulation, from its start to its end. The guest's clock goes by its instructions: one takes a
 * nanosecond and idle time is skipped, so a busy machine makes it slower and never late.
 *
 * @module
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import type { Tools } from "../archive/fetch-tools.ts";
import { type GuestAnswer, GuestAnswers } from "./guest-answers.ts";
import { GuestConsole } from "./guest-console.ts";

/** What is booted. */
export interface GuestPlan {
  readonly image: string;
  /** The archives of its first file system, in order. */
  readonly archives: readonly Uint8Array[];
  /** By this machine's clock: a guest that takes longer hangs. */
  readonly limitMs: number;
  readonly signal: AbortSignal;
  readonly onAnswer?: (answer: GuestAnswer) => void;
}

/** How a guest ended. */
export interface GuestEnding {
  readonly how: "done" | "panic" | "hung" | "ended early" | "interrupted";
  readonly answers: readonly GuestAnswer[];
  /** The last lines of its console. */
  readonly console: readonly string[];
  readonly unloaded: readonly string[];
  /** By this machine's clock. */
  readonly elapsedMs: number;
}

const MEMORY_MB = 1024;
const KERNEL_ARGUMENTS = "console=ttyS0 panic=-1 quiet loglevel=4 mitigations=off no_timer_check";

/** Boots a kernel and waits for its end. Nothing is left of it, also when this process is killed. */
export async function bootGuest(tools: Tools, plan: GuestPlan): Promise<GuestEnding> {
  const folder = mkdtempSync(join(tmpdir(), "listenq-museum-"));
  const startedMs = performance.now();
  try {
    const initrd = join(folder, "initrd");
    writeFileSync(initrd, Buffer.concat(plan.archives));
    const guest = startQemu(tools, plan.image, initrd);
    return { ...(await follow(guest, plan)), elapsedMs: performance.now() - startedMs };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** setpriv asks the kernel to end qemu with this process, nice lets everything else go first. */
function startQemu({ qemu, firmware, env }: Tools, image: string, initrd: string): ChildProcess {
  const machine = ["-machine", "pc", "-accel", "tcg", "-cpu", "max", "-smp", "1", "-m", String(MEMORY_MB)];
  const clock = ["-icount", "shift=0,sleep=off"];
  const bare = ["-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"];
  const ports = ["-serial", "stdio", "-chardev", "socket,id=answers,fd=3", "-serial", "chardev:answers"];
  const kernel = ["-kernel", image, "-initrd", initrd, "-append", KERNEL_ARGUMENTS];
  const command = ["--pdeathsig", "KILL", "nice", "-n", "15", qemu];
  return spawn("setpriv", [...command, ...firmware, ...machine, ...clock, ...bare, ...ports, ...kernel], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  });
}

type Followed = Omit<GuestEnding, "elapsedMs">;

async function follow(guest: ChildProcess, plan: GuestPlan): Promise<Followed> {
  const [console, answers] = [new GuestConsole(), new GuestAnswers()];
  let ended: "hung" | "interrupted" | null = null;
  const end = (why: "hung" | "interrupted") => {
    ended ??= why;
    guest.kill("SIGKILL");
  };
  const limit = setTimeout(() => end("hung"), plan.limitMs);
  const onAbort = () => end("interrupted");
  plan.signal.addEventListener("abort", onAbort);
  if (plan.signal.aborted) onAbort();
  listen(guest.stdout, (chunk) => console.add(chunk));
  listen(guest.stderr, (chunk) => console.add(chunk));
  listen(guest.stdio[3] as Readable, (chunk) => {
    for (const answer of answers.add(chunk)) plan.onAnswer?.(answer);
  });
  try {
    await new Promise((resolve, reject) => guest.once("error", reject).once("close", resolve));
  } finally {
    clearTimeout(limit);
    plan.signal.removeEventListener("abort", onAbort);
  }
  const isDone = console.end.some((line) => line.includes("museum: the runner ended with 0"));
  const how = ended ?? (console.hasPanicked ? "panic" : isDone ? "done" : "ended early");
  return { how, answers: answers.all, console: console.end, unloaded: console.unloaded };
}

function listen(stream: Readable | null, take: (chunk: string) => void): void {
  stream?.setEncoding("utf8").on("data", take);
}
