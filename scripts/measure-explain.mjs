/**
 * How much of what accept queues did in random scenarios `explain` finds: `node scripts/measure-explain.mjs 300 2` runs 300 scenarios of
 * seed 2 on this kernel and prints the table of docs/explain.md; it needs root. `node scripts/measure-explain.mjs --simulated 20000 3`
 * does so on the model of the kernel. What counts as there is printed with it.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";

const isSimulated = process.argv[2] === "--simulated";
const [scenarios = "300", seed = "2"] = process.argv.slice(isSimulated ? 3 : 2);
const [project, test] = isSimulated
  ? ["property", "test/property/explain/simulated-truth.test.ts"]
  : ["kernel", "test/kernel/explain-truth.test.ts"];
const TELLS = `A packet tells of a final ACK that was dropped if the SYN+ACK or the client's first bytes came again after it, and three packets or more
were refused in all, since one that was lost looks the same; of a reset if it was sent; of a SYN if it came again or was left alone for a second; of a listener
that overflowed if it refused four packets or more of such clients. Recall counts those; false is what is told of anybody whom no queue refused. Recordings
count whose own record agrees with ListenOverflows. Some scenarios have loss, fast and slow servers, several listeners or a SO_REUSEPORT group.`;
const folder = mkdtempSync(join(tmpdir(), "listenq-score-"));
const file = join(folder, "score.json");
const env = {
  ...process.env,
  LISTENQ_EXPLAIN_SCENARIOS: scenarios,
  LISTENQ_SEED: seed,
  LISTENQ_EXPLAIN_SCORE: file,
};
const { status } = spawnSync("npx", ["vitest", "run", "--project", project, "--retry", "0", test], {
  stdio: ["ignore", "ignore", "inherit"],
  env,
});
try {
  process.stdout.write(table(JSON.parse(readFileSync(file, "utf8"))));
} finally {
  rmSync(folder, { recursive: true });
}
process.exitCode = status ?? 1;

function table({ recordings, drops, resets, syns, listeners, arguedAway, backlogs, aborts, likelySyns }) {
  const row = (name, { truth, found, undecided, false: wrong }) =>
    `| ${name} | ${truth} | ${found} | ${undecided} | ${truth - found - undecided} | ${wrong} | ${share(found, found + wrong)} | ${share(found, truth)} |`;
  return `${TELLS}

${scenarios} ${isSimulated ? "simulated " : ""}scenarios of seed ${seed}, ${recordings} with a certain truth

| | there | found | undecided | missed | false | precision | recall |
| --- | --- | --- | --- | --- | --- | --- | --- |
${row("clients whose final ACK was dropped", drops)}
${row("clients reset by an overflow", resets)}
${row("clients whose first SYN went unanswered", syns)}
${row("listeners whose accept queue overflowed", listeners)}

${drops.withoutSign} more final ACKs were dropped of which no packet tells. Backlogs: ${backlogs.said} said, ${backlogs.falselyLow} falsely low, ${backlogs.exact} exact; of ${backlogs.values} values ${backlogs.valuesExact} exact. Overflows argued away: ${arguedAway}. tcp_abort_on_overflow: ${aborts.said} said, ${aborts.wrong} wrong. "A full accept queue is likely" of SYNs: ${likelySyns.said} said, ${likelySyns.wrong} wrong.
`;
}

function share(part, whole) {
  return whole === 0 ? "-" : `${((100 * part) / whole).toFixed(1)} %`;
}
