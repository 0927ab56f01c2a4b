/** `t2s grade math`: JSON lines of rows in, JSON lines of verdicts out, one each, in the same order, as they come. */
import { z } from "zod";
import type { GradeOptions } from "../../../harness/core/contract.ts";
import { messageOf } from "../../../harness/core/errors.ts";
import { MAX_TEXT } from "./limits.ts";
import { gradeRow, type Row, type ScorerId, scorerIds, settingsSchema } from "./score-row.ts";

const rowSchema = settingsSchema.extend({
  gold: z.string(),
  pred: z.string().nullish(),
  response: z.string().nullish(),
});

/** Longest line that is parsed: room for two texts at the cap with every character escaped. */
const MAX_LINE = 14 * MAX_TEXT;

type Parsed = { readonly id: unknown; readonly row: Row } | { readonly id: unknown; readonly fault: string };

function parseLine(line: string): Parsed {
  if (line.length > MAX_LINE) return { id: null, fault: `refused: the line is longer than ${MAX_LINE} characters` };
  let data: unknown;
  try {
    data = JSON.parse(line);
  } catch (error) {
    return { id: null, fault: `the line is not JSON (${messageOf(error).slice(0, 200)})` };
  }
  const id = typeof data === "object" && data !== null && "id" in data ? data.id : null;
  const parsed = rowSchema.safeParse(data);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { id, fault: `the line is not a row: ${issue?.path.join(".") || "line"}: ${issue?.message ?? "unreadable"}` };
  }
  const { gold, pred, response, ...settings } = parsed.data;
  const given = pred ?? response;
  if (given === undefined || given === null) return { id, fault: "the line is not a row: it has neither pred nor response" };
  const form = parsed.data.match_types !== undefined ? "texts" : pred === undefined || pred === null ? "response" : "value";
  return { id, row: { gold, pred: given, form, settings } };
}

function scorerOf(options: Pick<GradeOptions, "scorer">): ScorerId {
  const found = scorerIds.find((id) => id === options.scorer);
  if (found === undefined) throw new TypeError(`no mathematics scorer "${options.scorer}"; there are ${scorerIds.join(", ")}`);
  return found;
}

/**
 * Verdict lines `{"id", "verdict", "message"}` for lines `{"id", "gold", "pred"}` or `{"id", "gold", "response"}`. A row with `match_types` has
 * both texts as Math-Verify gets them; without it the gold is a bare answer, a `pred` without `$` or box is a bare answer, too, and a `response`
 * is a whole text. Blank lines are skipped, other members ignored. A line that is no row gets a false verdict with a message.
 */
export async function* gradeStream(lines: AsyncIterable<string>, options: Pick<GradeOptions, "scorer">): AsyncGenerator<string> {
  const scorer = scorerOf(options);
  for await (const line of lines) {
    if (line.trim() === "") continue;
    const parsed = parseLine(line);
    const { verdict, message } = "row" in parsed ? gradeRow(scorer, parsed.row) : { verdict: false, message: parsed.fault };
    yield JSON.stringify({ id: parsed.id, verdict, message });
  }
}
