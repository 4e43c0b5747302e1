/**
 * Traces of Linux 6.18, recorded by scripts/record-fixtures.mjs.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { Scenario } from "../../src/core/scenario/index.ts";
import type { Trace } from "../../src/core/trace/index.ts";

/** The recorded trace of a built-in experiment. */
export function recorded(name: string): { scenario: Scenario; trace: Trace } {
  const url = new URL(`../fixtures/traces/${name}.json.gz`, import.meta.url);
  return JSON.parse(gunzipSync(readFileSync(url)).toString()) as { scenario: Scenario; trace: Trace };
}
