/**
 * Captures of the fixtures, explained.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type ConcludeOptions, conclude, Explainer, type Explanation } from "../../src/core/explain/index.ts";
import { CaptureReader } from "../../src/core/wire/capture/capture-reader.ts";

/** Reads and explains one file of test/fixtures. */
export function explainFixture(path: string, options: ConcludeOptions = {}): Explanation {
  const explainer = new Explainer({ keepAll: options.all === true });
  const reader = new CaptureReader({ onSegment: (segment) => explainer.see(segment) });
  reader.push(readFileSync(fileURLToPath(new URL(`../fixtures/${path}`, import.meta.url))));
  reader.end();
  return conclude([explainer.finish()], options);
}
