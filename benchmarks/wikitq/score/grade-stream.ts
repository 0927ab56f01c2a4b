/** `t2s grade wikitq`: JSON lines of cases in, JSON lines of results out, one each, in the same order. */
import { z } from "zod";
import { messageOf } from "../../../harness/core/errors.ts";
import { checkDenotation, limits } from "./check-denotation.ts";
import { normalize } from "./normalize.ts";
import { pythonStr } from "./python2-text.ts";
import { EvaluatorStops, toValue, type Value } from "./values.ts";

/** Longest line that is looked into; a case with the longest answer fits. */
export const maxLineCharacters = 4 * limits.characters;

const items = z.array(z.string()).max(limits.items);
const caseSchema = z
  .object({ targetValue: items.min(1), targetCanon: items.nullish(), prediction: z.array(z.string()) })
  .refine((row) => (row.targetCanon ?? row.targetValue).length === row.targetValue.length, {
    message: "targetCanon and targetValue differ in length",
  });
const inputSchema = z.object({ input: z.string().max(limits.characters) });

const valueTypes = { text: "StringValue", number: "NumberValue", date: "DateValue" } as const;

function shownValue(value: Value): unknown {
  if (value.kind === "text") return null;
  if (value.kind === "date") return value.ymd.map(Number);
  return typeof value.amount === "bigint" ? String(value.amount) : pythonStr(value.amount);
}

/** What the official evaluator makes of one text: `{input, normalized, value_type, value}`. */
function describe(input: string): Record<string, unknown> {
  const normalized = normalize(input);
  try {
    const value = toValue(input);
    return { input, normalized, value_type: valueTypes[value.kind], value: shownValue(value) };
  } catch (error) {
    if (error instanceof EvaluatorStops) return { input, normalized, value_type: null, value: null, message: error.message };
    throw error;
  }
}

const has = (data: unknown, name: string): boolean => typeof data === "object" && data !== null && Object.hasOwn(data, name);

function firstIssue(error: z.ZodError): string {
  const [issue] = error.issues;
  return `${issue?.path.join(".") || "line"}: ${issue?.message ?? "unreadable"}`;
}

/** Id of a row: any JSON value, given back as it came. */
function idOf(data: unknown): { readonly id?: unknown } {
  return typeof data === "object" && data !== null && "id" in data ? { id: data.id } : {};
}

function resultOf(line: string): Record<string, unknown> {
  if (line.length > maxLineCharacters)
    return { id: null, verdict: false, message: `the line has ${line.length} characters; the limit is ${maxLineCharacters}` };
  let data: unknown;
  try {
    data = JSON.parse(line);
  } catch (error) {
    return { id: null, verdict: false, message: `the line is not JSON (${messageOf(error)})` };
  }
  if (has(data, "input") && !has(data, "prediction")) {
    const parsed = inputSchema.safeParse(data);
    if (parsed.success) return { ...idOf(data), ...describe(parsed.data.input) };
    return { id: null, ...idOf(data), verdict: false, message: `the line is no text to normalise: ${firstIssue(parsed.error)}` };
  }
  const parsed = caseSchema.safeParse(data);
  if (!parsed.success) return { id: null, ...idOf(data), verdict: false, message: `the line is not a case: ${firstIssue(parsed.error)}` };
  const { targetValue, targetCanon, prediction } = parsed.data;
  return { id: null, ...idOf(data), ...checkDenotation({ values: targetValue, canon: targetCanon ?? undefined }, prediction) };
}

/**
 * Result lines `{"id", "verdict", "message"}` for lines `{"id", "targetValue", "targetCanon", "prediction"}`, and `{"input", "normalized", "value_type", "value"}` for
 * lines `{"input"}`; other members are ignored and blank lines skipped. A line that is neither, or too long, gets a result saying so. Rejects only when `lines` does.
 */
export async function* gradeStream(lines: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const line of lines) if (line.trim() !== "") yield JSON.stringify(resultOf(line));
}
