/** `t2s grade spreadsheetbench`: JSON lines of cases in, JSON lines of verdicts out, in the same order, a bounded number at a time. */
import { isAbsolute, join } from "node:path";
import { z } from "zod";
import { messageOf } from "../../../harness/core/errors.ts";
import type { ScorerId } from "./compare-workbooks.ts";
import type { WorkbookSource } from "./grade-case.ts";
import { openGrader } from "./open-grader.ts";

export interface GradeStreamOptions {
  /** Folder that relative paths are taken from. */
  readonly root: string;
  /** Instead of `root`, for gold and for candidate files. */
  readonly goldRoot?: string;
  readonly candidateRoot?: string;
  readonly scorer: ScorerId;
  /** Reader processes. Default: min(2, cores). */
  readonly concurrency?: number;
  readonly timeoutMs?: number;
}

const rowSchema = z.object({
  answer_position: z.string(),
  gold_file: z.string().nullish(),
  candidate_file: z.string().nullish(),
});

/** Cases read ahead of the verdict being waited for, per process. */
const WINDOW_PER_WORKER = 8;

/** Any JSON value may be an id; it is given back as it came, null where there is none. */
function parseLine(line: string): { id: unknown; row?: z.infer<typeof rowSchema>; fault?: string } {
  let data: unknown;
  try {
    data = JSON.parse(line);
  } catch (error) {
    return { id: null, fault: `the line is not JSON (${messageOf(error)})` };
  }
  const id = typeof data === "object" && data !== null && "id" in data ? data.id : null;
  const parsed = rowSchema.safeParse(data);
  if (parsed.success) return { id, row: parsed.data };
  const [issue] = parsed.error.issues;
  return { id, fault: `the line is not a case: ${issue?.path.join(".") || "line"}: ${issue?.message ?? "unreadable"}` };
}

function sourceOf(file: string | null | undefined, root: string): WorkbookSource {
  if (file === undefined || file === null || file === "") return { missing: true };
  return { path: isAbsolute(file) ? file : join(root, file) };
}

/**
 * Verdict lines `{"id", "verdict", "message"}` for case lines `{"id", "answer_position", "gold_file", "candidate_file"}`; other members are
 * ignored and blank lines skipped. A line that is no case gets a verdict line saying so: false, under the strict scorer null. Rejects only
 * when no reader process can be run or when `lines` does; closes its processes when the consumer stops early.
 */
export async function* gradeStream(lines: AsyncIterable<string>, options: GradeStreamOptions): AsyncGenerator<string> {
  await using grader = openGrader({ workers: options.concurrency, timeoutMs: options.timeoutMs });
  const noVerdict = options.scorer === "strict" ? null : false;
  const gradeLine = async (line: string): Promise<string> => {
    const { id, row, fault } = parseLine(line);
    if (row === undefined) return JSON.stringify({ id, verdict: noVerdict, message: fault });
    const { verdict, message } = await grader.grade({
      gold: sourceOf(row.gold_file, options.goldRoot ?? options.root),
      candidate: sourceOf(row.candidate_file, options.candidateRoot ?? options.root),
      answerPosition: row.answer_position,
      scorer: options.scorer,
      id: typeof id === "string" || typeof id === "number" ? String(id) : undefined,
    });
    return JSON.stringify({ id, verdict, message });
  };
  const pending: Promise<string>[] = [];
  for await (const line of lines) {
    if (line.trim() === "") continue;
    const result = gradeLine(line);
    result.catch(() => undefined); // its failure is met when its turn comes
    pending.push(result);
    const first = pending.length < grader.workers * WINDOW_PER_WORKER ? undefined : pending.shift();
    if (first !== undefined) yield await first;
  }
  for (let first = pending.shift(); first !== undefined; first = pending.shift()) yield await first;
}
