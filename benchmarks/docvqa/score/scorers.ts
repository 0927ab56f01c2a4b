/** The scorers behind the harness's contract. What is compared is the answer inside the reply (final-answer.ts). */
import type { Scorer } from "../../../harness/core/contract.ts";
import { isRight, type ScorerId, similarity } from "./anls.ts";
import { finalAnswer } from "./final-answer.ts";
import { goldsOf } from "./golds.ts";

/** Bump when a verdict of that scorer may change: its scores are then made anew. */
const revs: Readonly<Record<ScorerId, number>> = { anls: 1, rrc: 1 };

const labels: Readonly<Record<ScorerId, string>> = { anls: "ANLS", rrc: "ANLS (RRC)" };

function scorerOf(id: ScorerId): Scorer {
  return {
    id,
    rev: revs[id],
    metrics: [
      { name: "anls", over: "episode", label: labels[id] },
      { name: "accuracy", over: "episode", label: "Acc" },
    ],
    // The distance does not depend on the version of the package that computes it; case mapping depends on the runtime's Unicode version, for letters added since.
    toolchain: async () => ({ comparison: "trace2skill-bench/docvqa" }),
    async score(task, sealed, submission) {
      const golds = goldsOf(task, sealed);
      const answer = finalAnswer(submission.answer ?? "");
      const judged = similarity(answer, golds, id);
      const value = "score" in judged ? judged.score : 0;
      const passed = isRight(value);
      const message = messageOf(judged, { answer, passed });
      const metrics = { anls: value, accuracy: passed ? 1 : 0 };
      return { state: "graded", score: { scorer: id, value, passed, ...(message === undefined ? {} : { message }), metrics } };
    },
  };
}

function messageOf(judged: ReturnType<typeof similarity>, { answer, passed }: { answer: string; passed: boolean }): string | undefined {
  if ("refused" in judged) return judged.refused;
  if (passed) return undefined;
  return answer === "" ? "no answer was given" : "the answer is less than half like any reference answer";
}

/** Published definition and circulated script; both store the similarity (`anls`) and whether it is half or more (`accuracy`). */
export const docvqaScorers: Readonly<Record<ScorerId, Scorer>> = { anls: scorerOf("anls"), rrc: scorerOf("rrc") };
