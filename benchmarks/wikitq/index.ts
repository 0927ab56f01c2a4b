/** WikiTableQuestions: questions over tables of an encyclopedia, answered in a workbook or in words (README.md). */
import type { Benchmark, GradeOptions } from "../../harness/core/contract.ts";
import { UsageError } from "../../harness/core/errors.ts";
import { datasets } from "./datasets.ts";
import { forms } from "./forms.ts";
import { kit } from "./kit/kit.ts";
import { openLoader } from "./load-tasks.ts";
import { doubtAnswer } from "./recheck/doubt-answer.ts";
import { recheck } from "./recheck/recheck.ts";
import { nop, oracle } from "./reference-answers.ts";
import { defaultSample, generateSample } from "./sample/generate.ts";
import { gradeStream } from "./score/grade-stream.ts";
import { wikitqScorers } from "./score/scorers.ts";
import { splits } from "./splits.ts";
import { world } from "./world.ts";

const { load, seal, coverage } = openLoader();
const { scorers } = wikitqScorers();

function gradeCases(lines: AsyncIterable<string>, options: GradeOptions): AsyncIterable<string> {
  if (!Object.hasOwn(scorers, options.scorer))
    throw new UsageError(`benchmark wikitq has no scorer "${options.scorer}"; choose one of ${Object.keys(scorers).join(", ")}`);
  return gradeStream(lines);
}

/** The benchmark, with what `t2s data` needs (`datasets`) and how much of a split is on disk (`coverage`). */
export const wikitq = {
  id: "wikitq",
  rev: 1,
  title: "WikiTableQuestions",
  forms,
  splits,
  load,
  seal,
  scorers,
  defaultScorer: "denotation",
  oracle,
  nop,
  world,
  kit,
  recheck,
  doubt: doubtAnswer,
  sample: { ...defaultSample, generate: generateSample },
  grade: gradeCases,
  datasets,
  coverage,
} satisfies Benchmark & Record<string, unknown>;
