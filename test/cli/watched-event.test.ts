/**
 * What an event of a watched descriptor resolves goes on at once, though nothing else happens in the process. It needs a process of its
 * own, since the test runner's has other events.
 */

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { PROGRAM } from "../support/cli.ts";

const TIMER = fileURLToPath(new URL("../../dist/system/linux/process/timer.js", import.meta.url));
const SCRIPT = `
import { Timer } from ${JSON.stringify(TIMER)};
let cameFirst = "nothing";
const guard = setTimeout(() => { cameFirst = "another event"; }, 60_000);
await new Promise((resolve) => {
  const timer = new Timer(resolve);
  timer.set(process.hrtime.bigint() + 1_000_000n);
});
console.log(cameFirst);
clearTimeout(guard);
process.exit(0);`;

it.skipIf(!existsSync(PROGRAM))(
  "a promise that a timer of the kernel resolves waits for no other event",
  async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", SCRIPT]);
    expect(stdout).toBe("nothing\n");
  },
);
