import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";

const SCRIPT = new URL("../../scripts/soak.mjs", import.meta.url).pathname;
const SECONDS = "40";

it.skipIf(process.getuid?.() !== 0)(
  "sampling and scraping for half a minute of churn keeps memory and descriptors flat, and names no wrong owner",
  () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT, SECONDS], { encoding: "utf8" });
    expect(stderr).toBe("");
    expect(stdout).toMatch(/: flat\n$/);
    expect(status).toBe(0);
  },
);
