/** SpreadsheetBench: real questions from spreadsheet forums, answered by changing a workbook (README.md). */
import { fileURLToPath } from "node:url";
import type { Benchmark, GradeOptions } from "../../harness/core/contract.ts";
import { UsageError } from "../../harness/core/errors.ts";
import { datasets } from "./datasets.ts";
import { failures } from "./failures/classify.ts";
import { kit } from "./kit/kit.ts";
import { loadTasks, sealTask, splitCoverage } from "./load-tasks.ts";
import { doubtAnswer } from "./recheck/doubt-answer.ts";
import { recheck } from "./recheck/recheck.ts";
import { nop, oracle, outputName } from "./reference-answers.ts";
import { defaultSample, generateSample } from "./sample/generate.ts";
import type { ScorerId } from "./score/compare-workbooks.ts";
import { gradeStream } from "./score/grade-stream.ts";
import { spreadsheetScorers } from "./score/scorers.ts";
import { splits } from "./splits.ts";
import { world } from "./world.ts";

const promptPath = (name: string): string => fileURLToPath(new URL(`./prompts/${name}`, import.meta.url));

const scorerIds: readonly string[] = ["trace2skill", "upstream", "strict"] satisfies ScorerId[];

function gradeCases(lines: AsyncIterable<string>, options: GradeOptions): AsyncIterable<string> {
  const isScorer = (id: string): id is ScorerId => scorerIds.includes(id);
  if (!isScorer(options.scorer))
    throw new UsageError(`benchmark spreadsheetbench has no scorer "${options.scorer}"; choose one of ${scorerIds.join(", ")}`);
  return gradeStream(lines, { ...options, scorer: options.scorer });
}

/** The benchmark, with what `t2s data` needs (`datasets`) and how much of a split is on disk (`coverage`). */
export const spreadsheetbench = {
  id: "spreadsheetbench",
  rev: 1,
  title: "SpreadsheetBench",
  forms: {
    workbook: {
      id: "workbook",
      prompt: promptPath("task.md"),
      role: promptPath("role.md"),
      harvest: [{ path: outputName, maxBytes: 64 * 2 ** 20 }],
    },
  },
  splits,
  load: loadTasks,
  seal: sealTask,
  scorers: spreadsheetScorers().scorers,
  defaultScorer: "trace2skill",
  oracle,
  nop,
  world,
  sample: {
    ...defaultSample,
    async generate(options) {
      const { cases, dir } = await generateSample(options);
      return { tasks: cases, dir };
    },
  },
  kit,
  recheck,
  doubt: doubtAnswer,
  failures,
  grade: gradeCases,
  datasets,
  coverage: splitCoverage,
} satisfies Benchmark & Record<string, unknown>;
