// Adds up the test runner's own JSON reports and prints the closing line of .ci/run.
import { readFileSync } from "node:fs";

const reports = process.argv.slice(2).map((file) => JSON.parse(readFileSync(file, "utf8")));
const sum = (key) => reports.reduce((total, report) => total + report[key], 0);
const passed = sum("numPassedTests");
const skipped = sum("numPendingTests") + sum("numTodoTests");
// A file that cannot even be loaded has no failed test, only a failed suite.
const broken = reports.flatMap((report) =>
  report.testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0),
);
const failed = sum("numFailedTests") + broken.length;
for (const report of reports) {
  for (const file of report.testResults) {
    for (const test of file.assertionResults.filter((one) => one.status === "failed")) {
      console.log(`failed: ${test.fullName}`);
    }
  }
}
for (const file of broken) console.log(`failed: ${file.name}: ${file.message}`);
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
