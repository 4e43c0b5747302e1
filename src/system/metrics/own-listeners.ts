/**
 * Of a sample only the listeners that this process holds, whoever else holds them too.
 *
 * @module
 */
import process from "node:process";
import type { Sample } from "../../core/listener/sample/sample.ts";

/** The sample with these alone; it must be of a sampler whose `owners` is `"own"`. */
export function onlyOwn(sample: Sample): Sample {
  const listeners = sample.listeners.filter((listener) => listener.process?.pid === process.pid);
  return { ...sample, listeners };
}
