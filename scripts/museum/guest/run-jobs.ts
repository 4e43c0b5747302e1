/**
 * Runs in the guest: the jobs of this boot, one after the other, and a line of JSON on standard output for each.
 *
 * @module
 */
import { spawn } from "node:child_process";
import { readFileSync, writeSync } from "node:fs";
import { text } from "node:stream/consumers";
import type { GuestJob } from "../image/guest-image.ts";
import type { GuestAnswer } from "../machine/guest-answers.ts";

for (const job of JSON.parse(readFileSync("/museum/jobs.json", "utf8")) as GuestJob[]) say(await runJob(job));

async function runJob({ name, command: [program = "", ...args], limitMs }: GuestJob): Promise<GuestAnswer> {
  const startedMs = performance.now();
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], cwd: "/tmp" });
  let isOverdue = false;
  const limit = setTimeout(() => {
    isOverdue = true;
    child.kill("SIGKILL");
  }, limitMs);
  const ended = new Promise<number | null>((resolve) => {
    child.once("error", () => resolve(null)).once("close", resolve);
  });
  const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  clearTimeout(limit);
  return { job: name, exitCode, stdout, stderr, elapsedMs: performance.now() - startedMs, isOverdue };
}

/** A serial port takes what it can: the rest is written again. */
function say(answer: GuestAnswer): void {
  const line = Buffer.from(`${JSON.stringify(answer)}\n`);
  for (let at = 0; at < line.length; at += writeSync(1, line, at));
}
