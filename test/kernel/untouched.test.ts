import { describe, expect, it } from "vitest";
import { start } from "../support/cli.ts";
import { scenarioFile, skipIfNotPermitted, USERS } from "../support/lab.ts";
import { findDescendants, leftoversAfter, readMachine } from "../support/machine.ts";

describe.each(USERS)("a run as $user", ({ uid }) => {
  it("leaves this namespace's sysctls, interfaces, addresses and routes, and no process or namespace", async (ctx) => {
    const before = readMachine();
    expect(Object.keys(before.sysctls).length, "sysctls that can be compared").toBeGreaterThan(100);
    const cli = start(["lab", "run", scenarioFile("smaller-backlog-evicts-nobody"), "--json"], { uid });
    await Promise.race([cli.said("running"), cli.ended]);
    // Namespaces that are seen while it runs show that the comparison afterwards is able to see them.
    const during = findDescendants(cli.marker).flatMap(({ namespaces }) => namespaces);
    const result = await cli.ended;
    skipIfNotPermitted(ctx, result, uid);
    expect(result.code, result.stderr).toBe(0);
    expect(new Set(during).size, "the run's own namespaces, seen from outside").toBeGreaterThanOrEqual(3);
    expect(await leftoversAfter(cli.marker, 1000)).toEqual([]);
    expect(readMachine()).toEqual(before);
  });
});
