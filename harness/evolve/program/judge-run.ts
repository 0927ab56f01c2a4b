import type { CommandResult } from "../../core/contract.ts";
import { isJson, type Json } from "../../core/json.ts";
import type { Exit } from "../../core/record.ts";
import type { ReplyForm } from "../author.ts";
import type { ProgramRecord } from "./program-record.ts";

/** `problem` goes to the program and into the record. `final`: another round would meet the same. `printed`: what it printed, where that is JSON. */
export type JudgedRun =
  | { readonly ok: true; readonly value: Json }
  | {
      readonly ok: false;
      readonly state: "unreadable" | "failed";
      readonly problem: string;
      readonly final: boolean;
      readonly printed?: Json;
    };

/** Characters of standard error that a problem quotes. */
const quoted = 500;

/** What one run of a program came to. `result` undefined: it was ended from here, because it would not stop asking the model. */
export function judgeRun(
  result: CommandResult | undefined,
  held: { readonly form: ReplyForm<unknown>; readonly context: Json; readonly record: ProgramRecord; readonly limit: Exit | undefined },
): JudgedRun {
  const { form, context, record, limit } = held;
  const failed = (problem: string, final: boolean): JudgedRun => ({ ok: false, state: "failed", problem: problem + tail(result), final });
  const spent =
    limit === undefined ? "" : `, after its ${limit === "token-budget" ? "tokens" : "calls"} of the model (${budgetOf(record)}) were spent`;
  if (result === undefined) return failed("the program was ended, since it went on asking the model after its budget was spent", true);
  if (result.boxDied !== undefined) return failed("the program's sandbox did not survive it", true);
  if (result.timedOut) return failed(`the program was killed when its ${record.minutes} minutes were over${spent}`, true);
  if (result.exitCode !== 0)
    return failed(`the program ended with ${result.exitCode === null ? "a signal" : `exit code ${result.exitCode}`}${spent}`, false);
  if (result.dropped.stdout > 0)
    return failed(
      `the program printed ${result.dropped.stdout} bytes more than the ${Math.floor(record.box.outputBytes / 1024)} KB that are taken`,
      false,
    );
  const read = parse(result.stdout);
  if ("problem" in read) return { ok: false, state: "unreadable", problem: read.problem + tail(result), final: false };
  const checked = form.check(read.value, context);
  if (checked.ok) return { ok: true, value: read.value };
  return { ok: false, state: "unreadable", problem: checked.problem, final: false, printed: read.value };
}

function parse(text: string): { readonly value: Json } | { readonly problem: string } {
  if (text.trim() === "") return { problem: "the program printed nothing; expected one JSON object on standard output" };
  try {
    const value: unknown = JSON.parse(text);
    if (isJson(value) && typeof value === "object" && value !== null && !Array.isArray(value)) return { value };
    return { problem: "the program printed JSON that is no object; expected one JSON object on standard output" };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return {
      problem: `what the program printed is no JSON (${why}); expected one JSON object on standard output and nothing else: what is for people goes to standard error`,
    };
  }
}

const budgetOf = ({ model }: ProgramRecord): string => `${model?.maxCalls ?? 0} calls, ${model?.maxTokens ?? "any number of"} tokens`;

function tail(result: CommandResult | undefined): string {
  const said = (result?.stderr ?? "").trim();
  return said === "" ? "" : `; its standard error ended:\n${said.slice(-quoted)}`;
}
