import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { LongestFirst } from "./test/support/longest-first.ts";

/** Longer than anything takes on a busy machine: a time limit ends what hangs, and decides nothing else. */
const HANGS_MS = 600_000;
const PATIENT = {
  testTimeout: HANGS_MS,
  hookTimeout: HANGS_MS,
  expect: { poll: { timeout: HANGS_MS / 2, interval: 20 } },
} as const;

/**
 * The suites that only compute. They keep nothing from one file to the next, so a process serves many: most of what a file takes is
 * the loading of what it imports.
 */
const COMPUTES = { ...PATIENT, pool: "forks", isolate: false, maxWorkers: availableParallelism() } as const;

/**
 * The suites that run real programs on the real kernel. They mostly wait for timers, so more files than cores run side by side,
 * each in a process of its own and, for root, in a network namespace of its own. The files that only compute are over before
 * they begin, so that those do not make them late.
 */
const REAL = {
  ...PATIENT,
  pool: "forks",
  setupFiles: ["test/support/priority.ts", "test/support/own-namespace.ts"] as string[],
  maxWorkers: 6,
  sequence: { groupOrder: 1 },
} as const;

export default defineConfig({
  // The suite must also run from a checkout that the user may not write to. Runs side by side are given a folder each.
  cacheDir: process.env["LISTENQ_TEST_CACHE"] ?? join(tmpdir(), `listenq-vitest-${process.getuid?.() ?? 0}`),
  test: {
    reporters: ["default", "./test/support/second-try-reporter.ts"],
    sequence: { sequencer: LongestFirst },
    projects: [
      { test: { name: "unit", include: ["test/unit/**/*.test.ts"], ...COMPUTES } },
      { test: { name: "property", include: ["test/property/**/*.test.ts"], ...COMPUTES } },
      { test: { name: "conformance", include: ["test/conformance/**/*.test.ts"], ...COMPUTES } },
      { test: { name: "cli", include: ["test/cli/**/*.test.ts"], ...REAL } },
      { test: { name: "kernel", include: ["test/kernel/**/*.test.ts"], ...REAL } },
      // The local page in Debian's Chromium.
      { test: { name: "browser", include: ["test/browser/**/*.test.ts"], ...REAL } },
      // Minutes of work: `npm run test:long` and .ci/run alone.
      {
        test: {
          name: "long",
          include: ["test/long/**/*.test.ts"],
          ...REAL,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
