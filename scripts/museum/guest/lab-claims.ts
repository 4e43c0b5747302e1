/**
 * Runs in the guest: the catalogue of experiments by the built command, and prints verdicts and claims without the traces.
 *
 *     node lab-claims.mjs [EXPERIMENT...]
 *
 * @module
 */
import { execFileSync } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import type { ClaimRecord, ExperimentRecord } from "../results/lab-result.ts";

const COMMAND = "/listenq/dist/cli/main.js";
const names = process.argv.slice(2);
const file = `/tmp/lab-${process.pid}.json`;

const { experiments } = JSON.parse(runLab()) as { readonly experiments: readonly ExperimentRecord[] };
const short = experiments.map(({ name, verdict, reason, claims }) => {
  return { name, verdict, reason, claims: claims.map(shortClaim) };
});
process.stdout.write(JSON.stringify(short));

function shortClaim({ id, holds, text }: ClaimRecord): ClaimRecord {
  return holds || text === undefined ? { id, holds } : { id, holds, text };
}

/** Exit codes other than 0 are verdicts: the document says which. */
function runLab(): string {
  const out = openSync(file, "w");
  try {
    const which = names.length === 0 ? ["--all"] : names;
    execFileSync(process.execPath, [COMMAND, "lab", "run", ...which, "--json"], {
      stdio: ["ignore", out, "inherit"],
    });
  } catch (error) {
    if ((error as { status?: number }).status === undefined) throw error;
  } finally {
    closeSync(out);
  }
  return readFileSync(file, "utf8");
}
