import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineConfig } from "vitest/config";

/**
 * The kernel and cli suites run real programs with real timers, so their files run one after another. A machine that was
 * busy elsewhere for a moment can spoil one recording: a test that fails is tried once more, and the report tells which were.
 */
const serial = {
  pool: "forks",
  fileParallelism: false,
  testTimeout: 120_000,
  hookTimeout: 120_000,
  retry: 1,
} as const;

export default defineConfig({
  // The suite must also run from a checkout that the user may not write to.
  cacheDir: join(tmpdir(), `listenq-vitest-${process.getuid?.() ?? 0}`),
  test: {
    projects: [
      { test: { name: "unit", include: ["test/unit/**/*.test.ts"] } },
      { test: { name: "property", include: ["test/property/**/*.test.ts"], testTimeout: 60_000 } },
      { test: { name: "conformance", include: ["test/conformance/**/*.test.ts"] } },
      { test: { name: "cli", include: ["test/cli/**/*.test.ts"], ...serial } },
      { test: { name: "kernel", include: ["test/kernel/**/*.test.ts"], ...serial } },
    ],
  },
});
