import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineConfig } from "vitest/config";

/** Longer than anything takes on a busy machine: a time limit ends what hangs, and decides nothing else. */
const HANGS_MS = 600_000;
const PATIENT = {
  testTimeout: HANGS_MS,
  hookTimeout: HANGS_MS,
  expect: { poll: { timeout: HANGS_MS / 2, interval: 20 } },
} as const;

/**
 * The suites that run real programs on the real kernel. They mostly wait for timers, so more files than cores run side by side,
 * each in a process of its own and, for root, in a network namespace of its own. The files that only compute are over before
 * they begin, so that those do not make them late.
 */
const REAL = {
  ...PATIENT,
  pool: "forks",
  setupFiles: "test/support/own-namespace.ts",
  maxWorkers: 4,
} as const;

export default defineConfig({
  // The suite must also run from a checkout that the user may not write to. Runs side by side are given a folder each.
  cacheDir: process.env["LISTENQ_TEST_CACHE"] ?? join(tmpdir(), `listenq-vitest-${process.getuid?.() ?? 0}`),
  test: {
    reporters: ["default", "./test/support/second-try-reporter.ts"],
    projects: [
      { test: { name: "unit", include: ["test/unit/**/*.test.ts"], ...PATIENT } },
      { test: { name: "property", include: ["test/property/**/*.test.ts"], ...PATIENT } },
      { test: { name: "conformance", include: ["test/conformance/**/*.test.ts"], ...PATIENT } },
      {
        test: { name: "cli", include: ["test/cli/**/*.test.ts"], ...REAL, sequence: { groupOrder: 1 } },
      },
      {
        test: { name: "kernel", include: ["test/kernel/**/*.test.ts"], ...REAL, sequence: { groupOrder: 1 } },
      },
      // The local page in Debian's Chromium, one browser at a time.
      {
        test: {
          name: "browser",
          include: ["test/browser/**/*.test.ts"],
          ...REAL,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
      // Minutes of work: `npm run test:long` and .ci/run alone.
      {
        test: {
          name: "long",
          include: ["test/long/**/*.test.ts"],
          ...REAL,
          maxWorkers: 1,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
