/** The mathematics scorers behind the harness's Scorer contract: a response's text against the sealed answer. */
import type { Scorer } from "../../../harness/core/contract.ts";
import type { Outcome } from "../../../harness/core/record.ts";
import { libraryVersion } from "./expression/kernel.ts";
import { gradeRow, type ScorerId, settingsSchema } from "./score-row.ts";
import type { Verdict } from "./verdict.ts";

/** Bump a rev when a verdict of that scorer may change: its scores are then made anew. */
const revs: Readonly<Record<ScorerId, number>> = { parity: 1, strict: 1, is_equiv: 1 };

const metrics: Scorer["metrics"] = [{ name: "accuracy", over: "episode", label: "Accuracy" }];

function outcomeOf(scorer: ScorerId, { verdict, message }: Verdict): Outcome {
  return { state: "graded", score: { scorer, value: verdict ? 1 : 0, passed: verdict, ...(message === "" ? {} : { message }) } };
}

function scorerOf(id: ScorerId): Scorer {
  return {
    id,
    rev: revs[id],
    metrics,
    toolchain: async () => ({ mathjs: libraryVersion }),
    async score(task, sealed, submission) {
      const { answer } = sealed.fields;
      const settings = settingsSchema.safeParse(sealed.fields);
      if (typeof answer !== "string" || !settings.success) throw new TypeError(`task ${task.id} is not sealed as a mathematics task`);
      const given = submission.answer;
      if (given === undefined) return outcomeOf(id, { verdict: false, message: "no answer was handed in" });
      const form = settings.data.match_types == null ? "response" : "texts";
      return outcomeOf(id, gradeRow(id, { gold: answer, pred: given, form, settings: settings.data }));
    },
  };
}

/** One scorer an id. All of them read `sealed.fields.answer` (and Math-Verify's settings beside it) and the submission's answer text. */
export const mathScorers: Readonly<Record<ScorerId, Scorer>> = {
  parity: scorerOf("parity"),
  strict: scorerOf("strict"),
  is_equiv: scorerOf("is_equiv"),
};
