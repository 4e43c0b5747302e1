// Adds up the test runner's JSON reports and prints the closing line of .ci/run. A step that could not run at all is given
// as `--skipped=REASON` and counts as one skipped test.
import { readFileSync } from "node:fs";

const arguments_ = process.argv.slice(2);
const reasons = arguments_.flatMap((one) => /^--skipped=(.*)/.exec(one)?.[1] ?? []);
const files = arguments_.filter((one) => !one.startsWith("--"));
const reports = files.map((file) => JSON.parse(readFileSync(file, "utf8")));
const sum = (key) => reports.reduce((total, report) => total + report[key], 0);
const results = reports.flatMap((report) => report.testResults);
const tests = results.flatMap((file) => file.assertionResults);
// A file that cannot even be loaded has no failed test, only a failed suite.
const broken = results.filter((file) => file.status === "failed" && file.assertionResults.length === 0);

const passed = sum("numPassedTests");
const failed = sum("numFailedTests") + broken.length;
const skipped = sum("numPendingTests") + sum("numTodoTests") + reasons.length;
for (const { fullName } of tests.filter((test) => test.meta?.secondTry)) {
  console.log(`passed only the second time: ${fullName.trim()}`);
}
for (const reason of reasons) console.log(`skipped: ${reason}`);
for (const { fullName } of tests.filter((test) => test.status === "failed")) {
  console.log(`failed: ${fullName.trim()}`);
}
for (const file of broken) console.log(`failed: ${file.name}: ${file.message}`);
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
