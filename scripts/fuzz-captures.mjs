/**
 * Fuzzes the readers of captures, and the explanation of what they read, for as long as one likes: `node
 * scripts/fuzz-captures.mjs 600` is ten minutes for each of the two. It is the property tests with more time; a failing input is
 * printed with its seed, and belongs into `test/fixtures` afterwards.
 */
import { spawnSync } from "node:child_process";
import process from "node:process";

const seconds = Number(process.argv[2] ?? 60);
const { status } = spawnSync(
  "npx",
  [
    ...["vitest", "run", "--project", "property", "-t", "mutat"],
    ...["test/property/wire/capture-reader.test.ts", "test/property/explain/any-capture.test.ts"],
  ],
  { stdio: "inherit", env: { ...process.env, LISTENQ_FUZZ_MS: String(seconds * 1000) } },
);
process.exitCode = status ?? 1;
