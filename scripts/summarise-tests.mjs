// Prints every skipped test with the reason in its name, then one closing line: "N passed, N failed, N skipped".
import { readFileSync } from "node:fs";

const report = JSON.parse(readFileSync(process.argv[2], "utf8"));
const tests = report.testResults.flatMap((file) => file.assertionResults);
const skipped = tests.filter((test) => test.status !== "passed" && test.status !== "failed");
const failed = tests.filter((test) => test.status === "failed").length;
const brokenFiles = report.testResults.filter(
  (file) => file.status === "failed" && file.assertionResults.every((test) => test.status !== "failed"),
).length;
if (skipped.length > 0) {
  console.log(`\nskipped (${skipped.length}):`);
  for (const test of skipped) console.log(`  ${test.fullName}`);
}
console.log(`\n${tests.length - failed - skipped.length} passed, ${failed + brokenFiles} failed, ${skipped.length} skipped`);
