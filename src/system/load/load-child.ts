/**
 * A generator in a process of its own: what parent and child say to each other, and the child's side. One process opens some
 * ten thousand connections a second; several share a faster run.
 *
 * @module
 */
import { performance } from "node:perf_hooks";
import process from "node:process";
import type { GeneratorCounts, GeneratorJob, GeneratorResult } from "./generator-job.ts";
import { LoadGenerator } from "./load-generator.ts";
import { warmUp } from "./warm-up.ts";

/** The hidden command that is such a child. */
export const LOAD_CHILD_COMMAND = "load-child";

/** What the parent says. */
export type ToChild =
  | { readonly say: "job"; readonly job: GeneratorJob }
  | { readonly say: "start" /** Of the monotonic clock, which all processes share. */; readonly atNs: bigint }
  | { readonly say: "stop" };

/** What the child says. */
export type ToParent =
  | { readonly say: "ready" }
  | { readonly say: "counts"; readonly counts: GeneratorCounts }
  | { readonly say: "result"; readonly result: GeneratorResult; readonly counts: GeneratorCounts }
  | { readonly say: "error"; readonly message: string };

const COUNTS_EVERY_MS = 200;
const NS_A_MS = 1e6;

/** Serves one parent and ends with it. */
export function runLoadChild(): Promise<void> {
  const tell = (message: ToParent): void => void process.send?.(message);
  let job: GeneratorJob | null = null;
  let generator: LoadGenerator | null = null;
  return new Promise((resolve) => {
    process.on("disconnect", () => process.exit());
    process.on("message", (message: ToChild) => {
      if (message.say === "stop") generator?.stop();
      else if (message.say === "job") {
        job = message.job;
        void warmUp().then(() => tell({ say: "ready" }));
      } else if (job !== null) {
        const startMs = performance.now() + Number(message.atNs - process.hrtime.bigint()) / NS_A_MS;
        generator = new LoadGenerator(job, { startMs });
        void work(generator, tell).then(() => {
          process.disconnect();
          resolve();
        });
      }
    });
  });
}

async function work(generator: LoadGenerator, tell: (message: ToParent) => void): Promise<void> {
  const timer = setInterval(() => tell({ say: "counts", counts: generator.counts }), COUNTS_EVERY_MS);
  try {
    const result = await generator.run();
    await new Promise<void>((sent) =>
      process.send?.({ say: "result", result, counts: generator.counts } satisfies ToParent, () => sent()),
    );
  } catch (error) {
    tell({ say: "error", message: error instanceof Error ? error.message : String(error) });
  } finally {
    clearInterval(timer);
  }
}
