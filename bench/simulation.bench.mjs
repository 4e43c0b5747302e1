/**
 * How fast the model is: a storm of a million connections that all complete, with samples of the queues and no list of packets.
 * Events a second, beside a bare heap's push and pop in the same process; memory; and whether an event costs the same in a small storm.
 *
 * @module
 */
import { execFileSync } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { figure, repeats, runBench } from "./bench.mjs";
import { summary } from "./statistics.mjs";

const STORM = fileURLToPath(new URL("./storm.mjs", import.meta.url));
const ROUNDS = repeats(7);
/** A small storm is over before the compiler has seen it: both sizes are measured warm. */
const WARM_UPS = repeats(20);

function storm(connections, warmUps) {
  const args = [STORM, String(connections), String(warmUps)];
  const result = JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" }));
  if (result.served !== connections) throw new Error(`${result.served} of ${connections} were served`);
  return { ...result, eventNs: (result.elapsedMs * 1e6) / result.events };
}

async function measure() {
  const rounds = Array.from({ length: ROUNDS }, () => ({
    cold: storm(1_000_000, 0),
    warm: storm(1_000_000, WARM_UPS),
    small: storm(10_000, WARM_UPS),
  }));
  const of = (read) => summary(rounds.map(read));
  return {
    figures: [
      figure(
        "million",
        "1,000,000 connections, cold",
        "ms",
        of(({ cold }) => cold.elapsedMs),
        { atMost: 3000 },
      ),
      figure(
        "memory",
        "most memory of that process",
        "MB",
        of(({ cold }) => cold.rssMb),
        { atMost: 200 },
      ),
      figure(
        "rate",
        "events a second",
        "M",
        of(({ cold }) => cold.events / cold.elapsedMs / 1000),
        { atLeast: 4 },
      ),
      figure(
        "heap",
        "an event / a bare heap's push and pop, both warm",
        "x",
        of(({ warm }) => warm.eventNs / warm.heapNs),
        { atMost: 3 },
      ),
      figure(
        "flat",
        "an event among 1,000,000 / among 10,000 connections, warm",
        "x",
        of(({ warm, small }) => warm.eventNs / small.eventNs),
        { atMost: 1.5 },
      ),
    ],
    notes: [],
  };
}

await runBench({
  name: "simulation",
  title: "The model's own speed",
  file: fileURLToPath(import.meta.url),
  measure,
});
