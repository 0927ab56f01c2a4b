/** DocVQA: questions on pages of scanned documents, answered with text from the page (README.md). */
import { fileURLToPath } from "node:url";
import type { Benchmark, GradeOptions } from "../../harness/core/contract.ts";
import { UsageError } from "../../harness/core/errors.ts";
import { datasets } from "./datasets.ts";
import { kit } from "./kit/kit.ts";
import { loadTasks, sealTask, splitCoverage } from "./load-tasks.ts";
import { nop, oracle } from "./reference-answers.ts";
import { defaultSample, generateSample } from "./sample/generate.ts";
import { type ScorerId, scorerIds } from "./score/anls.ts";
import { failures } from "./score/failures.ts";
import { gradeStream } from "./score/grade-stream.ts";
import { docvqaScorers } from "./score/scorers.ts";
import { splits } from "./splits.ts";
import { world } from "./world.ts";

const promptPath = (name: string): string => fileURLToPath(new URL(`./prompts/${name}`, import.meta.url));

function gradeCases(lines: AsyncIterable<string>, options: GradeOptions): AsyncIterable<string> {
  const scorer = scorerIds.find((id): id is ScorerId => id === options.scorer);
  if (scorer === undefined)
    throw new UsageError(`benchmark docvqa has no scorer "${options.scorer}"; choose one of ${scorerIds.join(", ")}`);
  return gradeStream(lines, scorer);
}

/** The benchmark, with what `t2s data` needs (`datasets`), how much of a split is on disk (`coverage`) and its generated tasks (`sample`). */
export const docvqa = {
  id: "docvqa",
  rev: 1,
  title: "DocVQA",
  forms: {
    page: { id: "page", prompt: promptPath("task.md"), role: promptPath("role.md"), harvest: [] },
  },
  splits,
  load: loadTasks,
  seal: sealTask,
  scorers: docvqaScorers,
  defaultScorer: "anls",
  oracle,
  nop,
  world,
  kit,
  failures,
  grade: gradeCases,
  datasets,
  coverage: splitCoverage,
  sample: { ...defaultSample, generate: generateSample },
} satisfies Benchmark & Record<string, unknown>;
