import { describe, expect, it } from "vitest";
import { checkConformance, mutantsOf } from "../../src/conformance/index.ts";
import { rulesOf, withRules } from "../../src/model/index.ts";
import { run } from "../support/cli.ts";
import { labRun, scenarioFile, skipIfNotPermitted, USERS } from "../support/lab.ts";
import { theOne } from "../support/lookups.ts";

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
    const result = await run(["verify", "--scenarios", "15", "--seed", "3", "--era", "4.4", "--json"], {
      uid,
    });
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

describe("a scenario in which the kernel once was right and the model was not", () => {
  it("conforms: a cookie's final ACK beside a request of the same client makes no connection", async (ctx) => {
    const { document } = await labRun(ctx, [scenarioFile("cookie-ack-beside-a-request")]);
    const { scenario, trace } = theOne(document.experiments);
    const result = checkConformance(scenario, trace, rulesOf("6.14"));
    expect(result.mismatch).toBeNull();
    expect(result.coverage.get("cookie-beside-request")).toBeGreaterThan(0);
    const mutants = mutantsOf(rulesOf("6.14")).filter(({ change }) => {
      const rules = withRules(rulesOf("6.14"), change);
      return checkConformance(scenario, trace, rules).verdict === "mismatch";
    });
    expect(mutants.map(({ name }) => name)).toContain("the SYN queue is full at the limit");
  });
});
