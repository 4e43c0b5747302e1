/**
 * How much of what the kernel's accept queue did in random scenarios `explain` finds: `node scripts/measure-explain.mjs 300 2`
 * runs 300 scenarios of seed 2 and prints the table of docs/explain.md. Needs root.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";

const [scenarios = "300", seed = "2"] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "listenq-score-"));
const file = join(folder, "score.json");
const env = {
  ...process.env,
  LISTENQ_EXPLAIN_SCENARIOS: scenarios,
  LISTENQ_SEED: seed,
  LISTENQ_EXPLAIN_SCORE: file,
};
const { status } = spawnSync(
  "npx",
  ["vitest", "run", "--project", "kernel", "--retry", "0", "test/kernel/explain-truth.test.ts"],
  { stdio: ["ignore", "ignore", "inherit"], env },
);
try {
  process.stdout.write(table(JSON.parse(readFileSync(file, "utf8"))));
} finally {
  rmSync(folder, { recursive: true });
}
process.exitCode = status ?? 1;

function table({ recordings, drops, resets, syns, backlogs, aborts, likelySyns }) {
  const row = (name, { truth, found, undecided, false: wrong }) =>
    `| ${name} | ${truth} | ${found} | ${undecided} | ${truth - found - undecided} | ${wrong} | ${share(found, found + wrong)} | ${share(found, truth)} |`;
  return `${scenarios} scenarios of seed ${seed}, ${recordings} with a certain truth

| | there | found | undecided | missed | false | precision | recall |
| --- | --- | --- | --- | --- | --- | --- | --- |
${row("clients whose final ACK was dropped", drops)}
${row("clients reset by an overflow", resets)}
${row("clients whose first SYN went unanswered", syns)}

${drops.withoutSign} more final ACKs were dropped of which no packet tells. Backlogs: ${backlogs.said} said, ${backlogs.falselyLow} falsely low, ${backlogs.exact} exact. tcp_abort_on_overflow: ${aborts.said} said, ${aborts.wrong} wrong. "A full accept queue is likely" of SYNs: ${likelySyns.said} said, ${likelySyns.wrong} wrong.
`;
}

function share(part, whole) {
  return whole === 0 ? "-" : `${((100 * part) / whole).toFixed(1)} %`;
}
