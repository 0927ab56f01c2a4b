import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files that take longest, so that they start first and none is left over alone at the end. */
const longest = [
  "cli/run-command",
  "cli/evolution.test",
  "cli/many-machines",
  "sandbox/sandbox.test",
  "cli/shard-lines",
  "cli/benchmarks",
  "spreadsheetbench/load-tasks",
  "spreadsheetbench/recheck/recheck",
  "sandbox/ordinary-user",
  "cli/step-programs",
  "site/browser",
  "cli/merge-lab",
  "score/parity",
  "dispatch/dispatch.test",
  "wikitq/load-tasks",
  "cli/estimate-learning",
  "spreadsheetbench/kit/",
  "cli/experiment",
  "cli/suite-command",
  "cli/bad-input",
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = (file: TestSpecification): number => {
      const found = longest.findIndex((part) => file.moduleId.includes(part));
      return found === -1 ? longest.length : found;
    };
    return [...files].sort((a, b) => rank(a) - rank(b) || (a.moduleId < b.moduleId ? -1 : 1));
  }
}

export default defineConfig({
  test: {
    include: ["harness/**/*.test.ts", "benchmarks/**/*.test.ts", "scripts/**/*.test.ts"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: "forks",
    // Many tests wait for processes of their own: a third worker fills the gaps on two cores. Files share loaded modules, which takes a sixth of the time.
    maxWorkers: 3,
    isolate: false,
    passWithNoTests: false,
    globalSetup: "scripts/share-test-folder.ts",
    sequence: { sequencer: LongestFirst },
  },
});
