/**
 * The order of the test files: those that take longest begin first, so that the run does not end with one of them alone. The
 * runner itself knows durations only from an earlier run, which a fresh clone has not had.
 *
 * @module
 */
import { relative } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Each waits for longer than the others take, whatever the machine; longest first. */
const LONGEST: readonly string[] = [
  "test/kernel/help-examples.test.ts",
  "test/kernel/why-situations.test.ts",
  "test/cli/executable.test.ts",
  "test/kernel/verify.test.ts",
  "test/kernel/experiments.test.ts",
  "test/browser/parts.test.ts",
  "test/kernel/explain-truth.test.ts",
  "test/browser/playground.test.ts",
  "test/kernel/pasted-remedies.test.ts",
  "test/kernel/why.test.ts",
  "test/kernel/victims.test.ts",
  "test/kernel/recording.test.ts",
  "test/kernel/killed.test.ts",
  "test/kernel/raise.test.ts",
  "test/cli/completion.test.ts",
  "test/property/explain/any-segments.test.ts",
  "test/property/explain/any-capture.test.ts",
  "test/conformance/kept.test.ts",
  "test/unit/museum/choose-scenarios.test.ts",
];

/** Sorts within each group of projects, which the runner takes one after the other. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const place = LONGEST.indexOf(relative(this.ctx.config.root, moduleId));
      return place < 0 ? LONGEST.length : place;
    };
    const group = ({ project }: TestSpecification): number => project.config.sequence.groupOrder;
    const sorted = await super.sort(files);
    return sorted.sort((a, b) => group(a) - group(b) || rank(a) - rank(b));
  }
}
