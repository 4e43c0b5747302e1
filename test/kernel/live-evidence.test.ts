import { describe, expect, it } from "vitest";
import { EXPERIMENTS } from "../../src/core/experiment/index.ts";
import { evidenceThatDoesNotMatter } from "../support/evidence.ts";
import { labRun } from "../support/lab.ts";
import { theOne } from "../support/lookups.ts";

describe.concurrent("on a trace that was just recorded no claim holds without what it cites", () => {
  it.for(EXPERIMENTS.filter(({ name }) => name.startsWith("overflow-")))(
    "in $name",
    async (experiment, ctx) => {
      const { document } = await labRun(ctx, [experiment.name]);
      const { scenario, trace, verdict } = theOne(document.experiments);
      expect(verdict).toBe("holds");
      expect(evidenceThatDoesNotMatter(experiment, scenario, trace)).toEqual([]);
    },
  );
});
