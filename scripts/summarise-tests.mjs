// Prints every skipped test with the reason in its name, then one closing line: "N passed, N failed, N skipped".
import { readFileSync } from "node:fs";

const report = JSON.parse(readFileSync(process.argv[2], "utf8"));
const tests = report.testResults.flatMap((file) => file.assertionResults);
const skipped = tests.filter((test) => test.status !== "passed" && test.status !== "failed");
const failed = tests.filter((test) => test.status === "failed").length;
const brokenFiles = report.testResults.filter(
  (file) => file.status === "failed" && file.assertionResults.every((test) => test.status !== "failed"),
).length;
const reasons = new Map();
for (const test of skipped) {
  // The reason stands in the name of the suite or of the test itself.
  const named = [...test.ancestorTitles, test.title].find((title) => /skip|need|unless|without/i.test(title)) ?? test.fullName;
  reasons.set(named, (reasons.get(named) ?? 0) + 1);
}
if (skipped.length > 0) console.log(`\nskipped (${skipped.length}):`);
for (const [reason, count] of reasons) console.log(`  ${count} × ${reason}`);
console.log(`\n${tests.length - failed - skipped.length} passed, ${failed + brokenFiles} failed, ${skipped.length} skipped`);
