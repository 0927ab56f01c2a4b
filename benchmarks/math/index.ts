/** Competition mathematics: problems in words, answers in a box (README.md). */
import { fileURLToPath } from "node:url";
import type { Benchmark, GradeOptions } from "../../harness/core/contract.ts";
import { UsageError } from "../../harness/core/errors.ts";
import { datasets } from "./datasets.ts";
import { kit } from "./kit/kit.ts";
import { loadTasks, sealTask, splitCoverage } from "./load-tasks.ts";
import { nop, oracle } from "./reference-answers.ts";
import { defaultSample, generateSample } from "./sample/generate.ts";
import { gradeStream } from "./score/grade-stream.ts";
import { mathScorers } from "./score/scorers.ts";
import { splits, userSplit } from "./splits.ts";
import { world } from "./world.ts";

const promptPath = (name: string): string => fileURLToPath(new URL(`./prompts/${name}`, import.meta.url));

function gradeCases(lines: AsyncIterable<string>, options: GradeOptions): AsyncIterable<string> {
  const ids = Object.keys(mathScorers);
  if (!ids.includes(options.scorer))
    throw new UsageError(`benchmark math has no scorer "${options.scorer}"; choose one of ${ids.join(", ")}`);
  return gradeStream(lines, options);
}

/** The benchmark, with what `t2s data` needs (`datasets`), how much of a split is on disk (`coverage`), and what makes its sample (`sample`). */
export const math = {
  id: "math",
  rev: 1,
  title: "Competition mathematics",
  forms: { boxed: { id: "boxed", prompt: promptPath("task.md"), role: promptPath("role.md"), harvest: [] } },
  splits,
  namedSplit: userSplit,
  load: loadTasks,
  seal: sealTask,
  scorers: mathScorers,
  defaultScorer: "parity",
  oracle,
  nop,
  world,
  kit,
  grade: gradeCases,
  datasets,
  coverage: splitCoverage,
  sample: { ...defaultSample, generate: generateSample },
} satisfies Benchmark & Record<string, unknown>;
