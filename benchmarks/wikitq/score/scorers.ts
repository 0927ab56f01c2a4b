/** WikiTableQuestions' scorer behind the harness's Scorer contract. */
import type { Scorer } from "../../../harness/core/contract.ts";
import type { Outcome } from "../../../harness/core/record.ts";
import { outputName } from "../forms.ts";
import { type AnswerReader, openAnswerReader } from "../workbook/read-answer.ts";
import { readAnswer } from "./answer-text.ts";
import { checkDenotation, limits } from "./check-denotation.ts";
import { targetOf } from "./target.ts";

const id = "denotation";

const metrics: Scorer["metrics"] = [{ name: "accuracy", over: "episode", label: "Acc" }];

const graded = (passed: boolean, message: string): Outcome => ({
  state: "graded",
  score: { scorer: id, value: passed ? 1 : 0, passed, ...(message === "" ? {} : { message }) },
});

export interface WikitqScorers extends AsyncDisposable {
  readonly scorers: { readonly denotation: Scorer };
}

/** The scorer over one lazily opened reader of workbooks. Closing it ends the reader; a later score opens a new one. */
export function wikitqScorers(): WikitqScorers {
  let open: AnswerReader | undefined;
  const denotation: Scorer = {
    id,
    rev: 1,
    metrics,
    // SheetJS decides what a cell of a submitted workbook holds; everything else is this project's own code, for which the rev stands.
    toolchain: async () => ({ evaluator: "trace2skill-bench/wikitq", xlsx: (await import("xlsx")).version }),
    async score(task, sealed, submission, blobs, signal) {
      const target = targetOf(task, sealed);
      if (task.form === "direct") {
        const answer = submission.answer ?? "";
        if (answer.length > limits.characters)
          return graded(false, `the answer has ${answer.length} characters; the limit is ${limits.characters}`);
        const items = readAnswer(answer);
        if (items.length === 0 && answer.trim() !== "") return graded(false, "the reply has no line that begins with Answer:");
        const { verdict, message } = checkDenotation(target, items);
        return graded(verdict, message);
      }
      const output = submission.files.find((file) => file.path === outputName);
      if (output === undefined) {
        const refused = submission.refused?.find((file) => file.path === outputName);
        return graded(false, refused === undefined ? `no ${outputName} was handed in` : `${outputName} was refused: ${refused.reason}`);
      }
      open ??= openAnswerReader();
      const read = await open.read(await blobs.get(output.blob), signal);
      if ("fault" in read) return graded(false, read.fault);
      const { verdict, message } = checkDenotation(target, read.items);
      const note = read.uncalculated === 0 ? "" : `; ${read.uncalculated} formulas have no stored value`;
      return graded(verdict, verdict ? "" : message + note);
    },
  };
  return {
    scorers: { denotation },
    async [Symbol.asyncDispose]() {
      const reader = open;
      open = undefined;
      await reader?.[Symbol.asyncDispose]();
    },
  };
}
