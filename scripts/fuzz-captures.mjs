/**
 * Fuzzes the readers of captures for as long as one likes: `node scripts/fuzz-captures.mjs 600` is ten minutes. It is the property test
 * with more time; a failing input is printed with its seed, and belongs into `test/fixtures` afterwards.
 */
import { spawnSync } from "node:child_process";
import process from "node:process";

const seconds = Number(process.argv[2] ?? 60);
const { status } = spawnSync(
  "npx",
  ["vitest", "run", "--project", "property", "test/property/wire/capture-reader.test.ts", "-t", "mutated"],
  { stdio: "inherit", env: { ...process.env, LISTENQ_FUZZ_MS: String(seconds * 1000) } },
);
process.exitCode = status ?? 1;
