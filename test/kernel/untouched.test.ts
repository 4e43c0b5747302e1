import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { start } from "../support/cli.ts";
import { scenarioFile, skipIfNotPermitted, USERS } from "../support/lab.ts";
import { findDescendants, leftoversAfter, readMachine } from "../support/machine.ts";

describe.each(USERS)("a run as $user", ({ uid }) => {
  it("leaves this namespace's sysctls, interfaces, addresses and routes, and no process or namespace", async (ctx) => {
    const before = readMachine();
    expect(Object.keys(before.sysctls).length, "sysctls that can be compared").toBeGreaterThan(100);
    const cli = start(["lab", "run", scenarioFile("smaller-backlog-evicts-nobody"), "--json"], { uid });
    // Namespaces that are seen while it runs show that the comparison afterwards is able to see them.
    const seen = new Set<string>();
    let hasEnded = false;
    const ended = cli.ended.finally(() => {
      hasEnded = true;
    });
    while (!hasEnded && seen.size < 3) {
      for (const { namespaces } of findDescendants(cli.marker))
        for (const inode of namespaces) seen.add(inode);
      await sleep(20);
    }
    const result = await ended;
    skipIfNotPermitted(ctx, result, uid);
    expect(result.code, result.stderr).toBe(0);
    expect(seen.size, "the run's own namespaces, seen from outside").toBeGreaterThanOrEqual(3);
    expect(await leftoversAfter(cli.marker)).toEqual([]);
    expect(readMachine()).toEqual(before);
  });
});
