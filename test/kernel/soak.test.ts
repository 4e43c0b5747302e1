import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";

const SCRIPT = new URL("../../scripts/soak.mjs", import.meta.url).pathname;
const SECONDS = "30";

// It counts what the sampler holds for every namespace of the machine, so it tells something only where nobody else makes any.
it.skipIf(process.getuid?.() !== 0 || process.env["LISTENQ_SOAK"] !== "1")(
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
