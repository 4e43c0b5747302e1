// Records the built-in experiments on this kernel as fixtures for the unit tests of their claims.
// Of the samples only those that belong to a packet or a call are kept, and every fortieth of the others.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const out = new URL("../test/fixtures/traces/", import.meta.url);
mkdirSync(out, { recursive: true });
const cli = new URL("../dist/cli/main.js", import.meta.url).pathname;
const text = execFileSync(process.execPath, [cli, "lab", "run", "--all", "--json"], { maxBuffer: 1 << 28 });
for (const { name, scenario, trace } of JSON.parse(text).experiments) {
  const samples = trace.samples.filter(
    (sample, place) => sample.afterPacket !== null || sample.afterCall !== null || place % 40 === 0,
  );
  const text = `${JSON.stringify({ scenario, trace: { ...trace, samples } })}\n`;
  writeFileSync(new URL(`${name}.json.gz`, out), gzipSync(text, { level: 9 }));
}
