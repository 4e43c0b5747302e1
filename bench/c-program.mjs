/**
 * The C programs that the benches measure against: compiled when they are needed, into a folder that goes with the process.
 *
 * @module
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** Compiles a C file of this folder: the program's path, or null without a C compiler. */
export function compile(source) {
  const folder = mkdtempSync(join(tmpdir(), "listenq-bench-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const program = join(folder, source.replace(/\.c$/, ""));
  const file = fileURLToPath(new URL(source, import.meta.url));
  const { error, status, stderr } = spawnSync("cc", ["-O2", "-o", program, file], { encoding: "utf8" });
  if (error === undefined && status === 0) return program;
  if (error?.code === "ENOENT") return null;
  throw new Error(`cc could not compile ${source}: ${error?.message ?? stderr}`);
}

/** True when a program can be found and started. (With -V tshark would capture.) */
export function isInstalled(program) {
  return spawnSync(program, ["--version"], { stdio: "ignore" }).error === undefined;
}

/** A running dump.c. It dumps, and starts its programs in, the namespace of the thread that started it. */
export class CLoop {
  #child;
  #lines;

  constructor(program) {
    this.#child = spawn(program, { stdio: ["pipe", "pipe", "inherit"] });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** Takes `count` dumps: nanoseconds for each, and how many rows the last one had. */
  async dump(count) {
    const [ns, rows] = await this.#ask(`dump ${count}`);
    return { nsEach: ns / count, rows };
  }

  /** Runs a program to its end with its output thrown away: nanoseconds. */
  async run(command) {
    return (await this.costs(command)).wallNs;
  }

  /** The same, with the processor time that it and its threads took. */
  async costs(command) {
    const [wallNs, status, cpuNs] = await this.#ask(`run ${command.join("\t")}`);
    if (status !== 0) throw new Error(`${command.join(" ")} ended with ${status}`);
    return { wallNs, cpuNs };
  }

  close() {
    this.#child.stdin.end();
  }

  async #ask(question) {
    this.#child.stdin.write(`${question}\n`);
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`dump.c ended at "${question}"`);
    return value.split(" ").map(Number);
  }
}

/** Runs a program to its end from here, for want of a C loop: nanoseconds. Node's own fork is in them. */
export function runFromNode([program, ...args]) {
  const start = process.hrtime.bigint();
  const { error, status } = spawnSync(program, args, { stdio: "ignore" });
  const ns = Number(process.hrtime.bigint() - start);
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${program} ended with ${status}`);
  return ns;
}

/** Runs a C program that prints one line of numbers. */
export function numbersOf(program, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
    let text = "";
    child.stdout.on("data", (chunk) => {
      text += chunk;
    });
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve(text.trim().split(" ").map(Number));
      else reject(new Error(`${program} ended with ${code}`));
    });
  });
}
