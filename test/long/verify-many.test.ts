import { expect, it } from "vitest";
import { run } from "../support/cli.ts";
import { inFolder, skipIfNotPermitted } from "../support/lab.ts";

const SCENARIOS = 200;

it(`verify finds no mismatch between this kernel and the model in ${SCENARIOS} random scenarios`, async (ctx) => {
  await inFolder(async (save) => {
    const args = ["verify", "--scenarios", String(SCENARIOS), "--seed", "5", "--save", save, "--json"];
    const result = await run(args);
    skipIfNotPermitted(ctx, result);
    const document = JSON.parse(result.stdout);
    expect(document.mismatches, result.stdout).toEqual([]);
    expect(document.undecided).toBeLessThanOrEqual(0.01 * SCENARIOS);
    expect(document.scenarios).toBeGreaterThanOrEqual(0.9 * SCENARIOS);
    expect(result.code).toBe(0);
  });
});
