import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";

const SCRIPT = new URL("../../scripts/soak.mjs", import.meta.url).pathname;
const SECONDS = "30";

it.skipIf(process.getuid?.() !== 0)(
  "sampling for half a minute of churn keeps memory and descriptors flat",
  () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ["--expose-gc", SCRIPT, SECONDS], {
      encoding: "utf8",
    });
    expect(stderr).toBe("");
    expect(stdout).toMatch(/: flat\n$/);
    expect(status).toBe(0);
  },
);
