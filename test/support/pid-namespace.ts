/**
 * A PID namespace with a /proc of its own: a small machine of which a test knows every process and every network namespace,
 * whatever else runs beside it. Root only.
 *
 * @module
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";

/** One such machine; it and all that runs in it end with `close`, or with the test's process. */
export class PidNamespace {
  readonly #holder: ChildProcess;
  readonly #init: number;

  private constructor(holder: ChildProcess, init: number) {
    this.#holder = holder;
    this.#init = init;
  }

  static async create(): Promise<PidNamespace> {
    // Its first process is `sh`, which says that /proc is mounted, and ends when its standard input closes.
    const init = ["sh", "-c", "echo ready; exec cat"];
    const holder = spawn("unshare", ["--pid", "--fork", "--kill-child", "--mount-proc", ...init], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const failed = once(holder, "exit").then(([status]) => {
      throw new Error(`unshare ended with ${status}`);
    });
    await Promise.race([once(holder.stdout, "data"), failed]);
    failed.catch(() => {});
    const children = readFileSync(`/proc/${holder.pid}/task/${holder.pid}/children`, "utf8");
    return new PidNamespace(holder, Number(children.trim()));
  }

  /** The words in front of a command that make it run in here. */
  get before(): readonly string[] {
    return ["nsenter", `--target=${this.#init}`, "--pid", "--mount"];
  }

  async close(): Promise<void> {
    const ended = once(this.#holder, "exit");
    this.#holder.kill("SIGKILL");
    await ended;
  }
}
