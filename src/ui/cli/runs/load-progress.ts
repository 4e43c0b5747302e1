/**
 * The live line of a load: what the clients met so far, and the server's queue beside it.
 *
 * @module
 */
import type { GeneratorCounts } from "../../../system/load/generator-job.ts";
import type { ServerWatch } from "../../../system/load/server-watch.ts";
import type { Io } from "../io.ts";
import { Progress, shareDone } from "../progress.ts";
import type { LoadPace } from "./load-options.ts";

const LINE_EVERY_MS = 1000;

/** With a schedule a line each second, which stays; without one a line that renews itself on a terminal. */
export class LoadProgress {
  readonly #io: Io;
  readonly #given: LoadPace;
  readonly #watch: ServerWatch | null;
  #progress: Progress | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(io: Io, given: LoadPace, watch: ServerWatch | null) {
    this.#io = io;
    this.#given = given;
    this.#watch = watch;
  }

  /** The run has begun. */
  start(counts: () => GeneratorCounts): void {
    const startedMs = performance.now();
    const { pace } = this.#given;
    if (pace.loop === "open") {
      this.#timer = setInterval(() => {
        const seconds = Math.round((performance.now() - startedMs) / 1000);
        this.#io.stderr.write(`${lineOf(seconds, counts(), this.#watch)}\n`);
      }, LINE_EVERY_MS);
      return;
    }
    const { requests } = pace;
    this.#progress = new Progress(this.#io, () =>
      shareDone(`${requests} requests`, counts().ended, requests, performance.now() - startedMs),
    );
  }

  close(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#progress?.close();
  }
}

function lineOf(seconds: number, counts: GeneratorCounts, watch: ServerWatch | null): string {
  const { opened, connected, synResends, resets, refused } = counts;
  const latest = watch?.latest ?? null;
  const queue = latest === null ? "" : `, accept queue ${latest.acceptQueue} of ${latest.limit}`;
  return `${seconds} s: ${opened} opened, ${connected} connected, ${synResends} SYNs again, ${resets} resets, ${refused} refused${queue}`;
}
