/**
 * Generators in processes of their own, from the parent's side.
 *
 * @module
 */
import { type ChildProcess, spawn } from "node:child_process";
import { ownCommand } from "../linux/process/own-program.ts";
import { type GeneratorCounts, type GeneratorJob, type GeneratorResult, NO_COUNTS } from "./generator-job.ts";
import { LOAD_CHILD_COMMAND, type ToChild, type ToParent } from "./load-child.ts";

/** After the last one is ready, so that all have heard of it. */
const START_AFTER_NS = 20_000_000n;

/** One generator's process. */
class LoadProcess {
  readonly ready: Promise<void>;
  readonly result: Promise<GeneratorResult>;
  counts: GeneratorCounts = NO_COUNTS;
  readonly #child: ChildProcess;

  constructor(job: GeneratorJob) {
    const [program = "", ...args] = ownCommand();
    // In a session of its own, so that Ctrl-C reaches the parent alone, which asks for what is known.
    this.#child = spawn(program, [...args, LOAD_CHILD_COMMAND], {
      stdio: ["ignore", "ignore", "inherit", "ipc"],
      serialization: "advanced",
      detached: true,
    });
    const said = this.#messages();
    this.ready = said.ready;
    this.result = said.result;
    this.tell({ say: "job", job });
  }

  tell(message: ToChild): void {
    if (this.#child.connected) this.#child.send(message);
  }

  end(): void {
    this.#child.kill();
  }

  #messages(): { ready: Promise<void>; result: Promise<GeneratorResult> } {
    const failed = this.#failure();
    const ready = new Promise<void>((resolve) => {
      this.#child.on("message", ({ say }: ToParent) => say === "ready" && resolve());
    });
    const result = new Promise<GeneratorResult>((resolve) => {
      this.#child.on("message", (message: ToParent) => {
        if ("counts" in message) this.counts = message.counts;
        if (message.say === "result") resolve(message.result);
      });
    });
    return { ready: Promise.race([ready, failed]), result: Promise.race([result, failed]) };
  }

  /** Rejected when the child ends, or says why it cannot go on. */
  #failure(): Promise<never> {
    const failed = new Promise<never>((_, reject) => {
      const fail = (why: string): void => reject(new Error(`a generator's process failed: ${why}`));
      this.#child.on("message", (message: ToParent) => message.say === "error" && fail(message.message));
      this.#child.on("error", (error) => fail(error.message));
      this.#child.on("exit", (code) => fail(`it ended with ${String(code)}`));
    });
    // Whoever waits for the result hears of it; afterwards the end of the process is no failure.
    failed.catch(() => undefined);
    return failed;
  }
}

/** Several generators that begin at one moment. */
export class LoadProcesses {
  readonly #processes: readonly LoadProcess[];

  constructor(jobs: readonly GeneratorJob[]) {
    this.#processes = jobs.map((job) => new LoadProcess(job));
  }

  get counts(): readonly GeneratorCounts[] {
    return this.#processes.map(({ counts }) => counts);
  }

  /** Waits until all have loaded; they begin at one moment a little later. */
  async start(): Promise<void> {
    await Promise.all(this.#processes.map(({ ready }) => ready));
    const atNs = process.hrtime.bigint() + START_AFTER_NS;
    for (const one of this.#processes) one.tell({ say: "start", atNs });
  }

  /** What they found out. @throws {Error} when one of them failed; the others are ended */
  async results(): Promise<GeneratorResult[]> {
    try {
      return await Promise.all(this.#processes.map(({ result }) => result));
    } catch (error) {
      for (const one of this.#processes) one.end();
      throw error;
    }
  }

  /** Ends the run; the results are those so far. */
  stop(): void {
    for (const one of this.#processes) one.tell({ say: "stop" });
  }
}
