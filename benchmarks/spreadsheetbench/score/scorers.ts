/** SpreadsheetBench's scorers behind the harness's Scorer contract; all of them read workbooks through one pool of processes. */
import type { Scorer } from "../../../harness/core/contract.ts";
import type { Outcome } from "../../../harness/core/record.ts";
import type { ScorerId, Verdict } from "./compare-workbooks.ts";
import { type Grader, type GraderOptions, openGrader } from "./open-grader.ts";

/** What a submission's workbook and the sealed gold are called. */
const OUTPUT = "output.xlsx";
const GOLD = "gold.xlsx";

/** Bump a rev when a verdict of that scorer may change: its scores are then made anew. */
const revs: Readonly<Record<ScorerId, number>> = { trace2skill: 1, upstream: 1, strict: 1 };

const metrics: Scorer["metrics"] = [
  { name: "pass", over: "episode", label: "Vrf" },
  { name: "soft", over: "cluster-mean", label: "Soft" },
  { name: "hard", over: "cluster-all", label: "Hard" },
];

function outcomeOf(scorer: ScorerId, { verdict, message }: Verdict): Outcome {
  if (verdict === null) return { state: "ungraded", scorer, reason: message };
  const score = { scorer, value: verdict ? 1 : 0, passed: verdict, ...(message === "" ? {} : { message }) };
  return { state: "graded", score };
}

function scorerOf(id: ScorerId, grader: () => Grader): Scorer {
  return {
    id,
    rev: revs[id],
    metrics,
    // The reader and the comparators are this project's own code: the rev stands for them.
    toolchain: async () => ({ reader: "trace2skill-bench/spreadsheetbench" }),
    async score(task, sealed, submission, blobs, signal) {
      const gold = sealed.files.find((file) => file.path === GOLD);
      const position = sealed.fields.answer_position;
      if (gold === undefined || typeof position !== "string")
        throw new TypeError(`task ${task.id} is not sealed as a SpreadsheetBench task`);
      const output = submission.files.find((file) => file.path === OUTPUT);
      const candidate = output === undefined ? ({ missing: true } as const) : { bytes: await blobs.get(output.blob) };
      const verdict = await grader().grade(
        {
          gold: { bytes: await blobs.get(gold.blob) },
          candidate,
          answerPosition: position,
          scorer: id,
          id: task.cluster,
          set: task.origin.set,
        },
        signal,
      );
      const refused = submission.refused?.find((file) => file.path === OUTPUT);
      if (output !== undefined || verdict.verdict !== false) return outcomeOf(id, verdict);
      return outcomeOf(id, {
        verdict: false,
        message: refused === undefined ? `no ${OUTPUT} was handed in` : `${OUTPUT} was refused: ${refused.reason}`,
      });
    },
  };
}

export interface SpreadsheetScorers extends AsyncDisposable {
  readonly scorers: Readonly<Record<ScorerId, Scorer>>;
}

/** The three scorers over one lazily opened pool. Closing it ends the processes; a later score opens a new pool. */
export function spreadsheetScorers(options: GraderOptions = {}): SpreadsheetScorers {
  let pool: Grader | undefined;
  const grader = (): Grader => {
    pool ??= openGrader(options);
    return pool;
  };
  return {
    scorers: { trace2skill: scorerOf("trace2skill", grader), upstream: scorerOf("upstream", grader), strict: scorerOf("strict", grader) },
    async [Symbol.asyncDispose]() {
      const open = pool;
      pool = undefined;
      await open?.[Symbol.asyncDispose]();
    },
  };
}
