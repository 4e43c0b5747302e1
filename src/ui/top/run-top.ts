/**
 * Runs `top` on the terminal: a screen of its own, keys as they come, and back to the shell while Ctrl-Z has stopped it.
 *
 * @module
 */
import process from "node:process";
import type { Sample } from "../../core/listener/sample/sample.ts";
import { KeyReader } from "./key-reader.ts";
import { Terminal } from "./terminal.ts";
import { Top, type TopOptions } from "./top.ts";
import type { Key } from "./top-state.ts";

/** Takes a sample, and what this process cost since the one before, as a share of a core. */
export type OnSample = (sample: Sample, processShare?: number | null) => void;

/** How to run it. */
export interface RunTopOptions extends TopOptions {
  /** Gives samples from now on; returns how to stop it. */
  readonly subscribe: (onSample: OnSample) => () => void;
  readonly hasColours: boolean;
  /** Ends it as `q` does. */
  readonly signal: AbortSignal;
}

/** An Escape after which nothing comes for so long is a key by itself. */
const ESCAPE_MS = 50;

/** Runs until the user quits, or until the signal, which may have come before. Tells whether Ctrl-C ended it. */
export async function runTop(options: RunTopOptions): Promise<{ readonly isInterrupted: boolean }> {
  if (options.signal.aborted) return { isInterrupted: false };
  const session = new TopSession(options);
  try {
    session.open();
    return await session.ended;
  } finally {
    session.close();
  }
}

/** One run, from taking the screen to giving it back. */
class TopSession {
  readonly ended: Promise<{ readonly isInterrupted: boolean }>;
  readonly #top: Top;
  readonly #terminal: Terminal;
  readonly #keys = new KeyReader();
  readonly #signal: AbortSignal;
  readonly #subscribe: RunTopOptions["subscribe"];
  #unsubscribe: () => void = () => {};
  #end: () => void = () => {};
  #escape: NodeJS.Timeout | undefined;
  /** From Ctrl-Z on the terminal is the shell's, until this process is told to go on. */
  #isAway = false;

  constructor({ subscribe, hasColours, signal, ...options }: RunTopOptions) {
    this.#top = new Top(options);
    this.#terminal = new Terminal(process.stdout, hasColours);
    this.#signal = signal;
    this.#subscribe = subscribe;
    this.ended = new Promise((resolve) => {
      this.#end = () => resolve({ isInterrupted: this.#top.isInterrupted });
    });
  }

  /** Takes the screen, and whatever comes from then on. */
  open(): void {
    this.#signal.addEventListener("abort", this.#end);
    process.on("SIGCONT", this.#resume);
    process.on("uncaughtExceptionMonitor", this.#leave);
    process.stdout.on("resize", this.#redraw);
    process.stdin.setEncoding("utf8").setRawMode(true);
    process.stdin.on("data", this.#read).on("end", this.#end).resume();
    this.#terminal.enter();
    this.#draw();
    this.#unsubscribe = this.#subscribe((sample, processShare = null) => {
      this.#top.take(sample, processShare);
      this.#draw();
    });
  }

  close(): void {
    this.#unsubscribe();
    clearTimeout(this.#escape);
    this.#signal.removeEventListener("abort", this.#end);
    process.off("SIGCONT", this.#resume);
    process.off("uncaughtExceptionMonitor", this.#leave);
    process.stdout.off("resize", this.#redraw);
    process.stdin.off("data", this.#read).off("end", this.#end).pause();
    process.stdin.setRawMode(false);
    this.#terminal.leave();
  }

  /** Before anything else is written: on the screen of its own it would be gone with it. */
  readonly #leave = (): void => this.#terminal.leave();

  readonly #read = (piece: string): void => {
    clearTimeout(this.#escape);
    this.#press(this.#keys.read(piece));
    if (this.#keys.isWaiting) this.#escape = setTimeout(() => this.#press(this.#keys.finish()), ESCAPE_MS);
  };

  #press(keys: readonly Key[]): void {
    for (const key of keys) {
      if (key.name === "suspend") this.#suspend();
      else this.#top.press(key, this.#terminal.size);
    }
    if (this.#top.isDone) this.#end();
    else this.#draw();
  }

  #draw(): void {
    if (this.#isAway) return;
    this.#terminal.draw(this.#top.lines(this.#terminal.size));
  }

  readonly #redraw = (): void => {
    this.#terminal.forget();
    this.#draw();
  };

  /** Stops the whole job, as Ctrl-Z does where it is a signal. */
  #suspend(): void {
    this.#isAway = true;
    this.#terminal.leave();
    process.stdin.setRawMode(false);
    process.kill(0, "SIGTSTP");
  }

  /** Whoever stopped it: the shell has had the terminal meanwhile, and it may have another size. */
  readonly #resume = (): void => {
    this.#isAway = false;
    process.stdin.setRawMode(true);
    process.emit("SIGWINCH", "SIGWINCH");
    this.#terminal.enter();
    this.#draw();
  };
}
