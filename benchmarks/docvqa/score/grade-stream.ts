/** `t2s grade docvqa`: JSON lines of cases in, JSON lines of scores out, in the same order, one at a time. */
import { z } from "zod";
import { messageOf } from "../../../harness/core/errors.ts";
import { isRight, type ScorerId, similarity } from "./anls.ts";

const rowSchema = z.object({ golds: z.array(z.string()), prediction: z.string() });

/**
 * Lines `{"id", "score", "passed"}` for lines `{"id", "golds", "prediction"}`; other members are ignored and blank lines skipped. The prediction is compared as it is,
 * without looking for an answer inside it. A line that is no case, or one whose texts are too long to be compared, gets `score: null, passed: false` and a `message`.
 */
export async function* gradeStream(lines: AsyncIterable<string>, scorer: ScorerId): AsyncGenerator<string> {
  for await (const line of lines) if (line.trim() !== "") yield JSON.stringify(gradeLine(line, scorer));
}

interface Graded {
  /** As it came; null where there is none. */
  readonly id: unknown;
  readonly score: number | null;
  readonly passed: boolean;
  readonly message?: string;
}

function gradeLine(line: string, scorer: ScorerId): Graded {
  let data: unknown;
  try {
    data = JSON.parse(line);
  } catch (error) {
    return { id: null, score: null, passed: false, message: `the line is not JSON (${messageOf(error)})` };
  }
  const id = typeof data === "object" && data !== null && "id" in data ? data.id : null;
  const parsed = rowSchema.safeParse(data);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const message = `the line is not a case: ${issue?.path.join(".") || "line"}: ${issue?.message ?? "unreadable"}`;
    return { id, score: null, passed: false, message };
  }
  const judged = similarity(parsed.data.prediction, parsed.data.golds, scorer);
  if ("refused" in judged) return { id, score: null, passed: false, message: judged.refused };
  return { id, score: judged.score, passed: isRight(judged.score) };
}
