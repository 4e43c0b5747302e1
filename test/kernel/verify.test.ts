import { describe, expect, it } from "vitest";
import { run } from "../support/cli.ts";
import { skipIfNotPermitted, USERS } from "../support/lab.ts";

describe.each(USERS)("listenq verify, as $user", ({ uid }) => {
  it("finds no mismatch between this kernel and the model in 100 random scenarios", async (ctx) => {
    const result = await run(["verify", "--scenarios", "100", "--seed", "5", "--json"], { uid });
    skipIfNotPermitted(ctx, result, uid);
    const document = JSON.parse(result.stdout);
    expect(document.schema).toBe("listenq.verify/1");
    expect(document.mismatches, result.stdout).toEqual([]);
    expect(document.undecided).toBeLessThanOrEqual(1);
    expect(document.scenarios).toBeGreaterThanOrEqual(99);
    expect(result.code).toBe(0);
  });

  it("fails for the rules of 4.4, which are not this kernel's", async (ctx) => {
    const result = await run(["verify", "--scenarios", "30", "--era", "4.4", "--json"], { uid });
    skipIfNotPermitted(ctx, result, uid);
    expect(JSON.parse(result.stdout).mismatches.length).toBeGreaterThan(0);
    expect(result.code).toBe(1);
  });

  it("refuses an era that there is not in one line", async () => {
    const result = await run(["verify", "--era", "5.99"], { uid });
    expect(result.stderr).toMatch(/^listenq: no kernel era "5.99"; expected one of .*\n$/);
    expect(result.code).toBe(2);
  });
});
