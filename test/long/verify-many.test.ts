import { expect, it } from "vitest";
import { run } from "../support/cli.ts";
import { inFolder, skipIfNotPermitted } from "../support/lab.ts";

const COMPARED = 180;
const AT_A_TIME = 200;
/** A busy machine spoils recordings, which are discarded: others take their place. */
const MOST_ROUNDS = 8;

it(`verify finds no mismatch between this kernel and the model in ${COMPARED} random scenarios`, async (ctx) => {
  await inFolder(async (save) => {
    let compared = 0;
    for (let seed = 5; compared < COMPARED; seed += 1) {
      expect(seed, `only ${compared} compared`).toBeLessThan(5 + MOST_ROUNDS);
      const scenarios = String(Math.min(AT_A_TIME, 2 * (COMPARED - compared)));
      const result = await run([
        "verify",
        "--scenarios",
        scenarios,
        "--seed",
        String(seed),
        "--save",
        save,
        "--json",
      ]);
      skipIfNotPermitted(ctx, result);
      const document = JSON.parse(result.stdout);
      expect(document.mismatches, result.stdout).toEqual([]);
      expect(document.undecided).toBeLessThanOrEqual(0.01 * AT_A_TIME);
      expect(result.code).toBe(0);
      compared += document.scenarios;
    }
  });
});
