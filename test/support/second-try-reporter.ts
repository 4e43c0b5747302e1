/**
 * Names the tests that passed only when they were tried again, at the end of a run and, by `meta.secondTry`, in the JSON
 * report, from which `scripts/count-tests.mjs` prints them.
 *
 * @module
 */
import type { Reporter, TestCase } from "vitest/node";

declare module "vitest" {
  interface TaskMeta {
    secondTry?: true;
  }
}

/** The reporter; the runner makes it by its default export. */
// biome-ignore lint/style/noDefaultExport: the runner loads a reporter by it
export default class SecondTryReporter implements Reporter {
  readonly #names: string[] = [];

  onTestCaseResult(test: TestCase): void {
    if (test.diagnostic()?.flaky !== true) return;
    test.meta().secondTry = true;
    this.#names.push(`${test.project.name}: ${test.fullName}`);
  }

  onTestRunEnd(): void {
    for (const name of this.#names) console.log(`passed only the second time: ${name}`);
    this.#names.length = 0;
  }
}
