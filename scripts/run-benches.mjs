// Runs every bench/*.bench.mjs, one after the other, in a process of its own. `--json FILE` writes all figures.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, release, tmpdir } from "node:os";
import { join } from "node:path";

const folder = new URL("../bench/", import.meta.url).pathname;
const place = process.argv.indexOf("--json");
const only = process.argv
  .slice(2)
  .filter((word, at, words) => !word.startsWith("--") && words[at - 1] !== "--json");
const scratch = mkdtempSync(join(tmpdir(), "listenq-bench-"));
const machine = {
  cpu: cpus()[0]?.model ?? null,
  cores: cpus().length,
  kernel: release(),
  node: process.version,
};
const benches = [];
console.log(`${machine.cpu}, ${machine.cores} cores, Linux ${machine.kernel}, Node ${machine.node}`);
try {
  const files = readdirSync(folder).filter((name) => name.endsWith(".bench.mjs"));
  for (const name of files.filter((one) => only.length === 0 || only.some((word) => one.startsWith(word)))) {
    const report = join(scratch, `${name}.json`);
    const { status } = spawnSync(process.execPath, [join(folder, name), "--json", report], {
      stdio: "inherit",
    });
    if (status === 0) benches.push(JSON.parse(readFileSync(report, "utf8")));
    else {
      console.error(`${name} ended with ${status}`);
      process.exitCode = 1;
    }
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
if (place >= 0) writeFileSync(process.argv[place + 1], `${JSON.stringify({ machine, benches })}\n`);
