import { readFile } from "node:fs/promises";
import { parse } from "csv-parse/sync";
import { messageOf, UsageError } from "../../core/errors.ts";
import { verdictOf } from "./outcome-fields.ts";

/** Outcomes of a table by the name in its first column of names; `null`: the table says that it is unknown. */
export interface OutcomesTable {
  readonly rows: ReadonlyMap<string, { readonly passed: boolean | null; readonly line: number }>;
}

const nameColumns = ["file", "file_name", "filename", "log", "task", "task_id", "instance_id", "session", "session_id", "id", "name"];
const outcomeColumns = ["outcome", "passed", "score", "reward", "success", "resolved", "label"];

/**
 * Reads a CSV with a column of names (file, task, session_id …) and one of outcomes (outcome, passed, score …); a number passes from `passAt` on. Throws UsageError naming file
 * and line for a table, a value or a repetition that cannot be meant.
 */
export async function readOutcomes(path: string, shown: string, passAt: number): Promise<OutcomesTable> {
  let rows: { record: Record<string, string>; info: { lines: number } }[];
  try {
    rows = parse(await readFile(path), {
      columns: (head: string[]) => head.map((one) => one.trim().toLowerCase()),
      bom: true,
      skip_empty_lines: true,
      trim: true,
      info: true,
    });
  } catch (error) {
    if (error instanceof Error && "code" in error && typeof error.code === "string" && !error.code.startsWith("CSV_")) throw error;
    throw new UsageError(`${shown} is no readable CSV (${messageOf(error)}); expected a head line such as file,outcome and one log a line`);
  }
  const known = Object.keys(rows[0]?.record ?? {});
  const name = nameColumns.find((one) => known.includes(one));
  const outcome = outcomeColumns.find((one) => known.includes(one));
  if (name === undefined || outcome === undefined)
    throw new UsageError(
      `${shown} has no column of ${name === undefined ? `names (${nameColumns.join(", ")})` : `outcomes (${outcomeColumns.join(", ")})`}; it has ${known.join(", ") || "no rows"}`,
    );
  const read = new Map<string, { passed: boolean | null; line: number }>();
  for (const { record, info } of rows) {
    const key = record[name] ?? "";
    const passed = passedOf(record[outcome] ?? "", passAt);
    if (passed === undefined)
      throw new UsageError(
        `${shown} line ${info.lines} has the outcome "${record[outcome]}"; expected passed, failed, unknown or a number`,
      );
    const before = read.get(key);
    if (before !== undefined && before.passed !== passed)
      throw new UsageError(`${shown} says of "${key}" two different things (lines ${before.line} and ${info.lines}); keep one of them`);
    if (key !== "") read.set(key, before ?? { passed, line: info.lines });
  }
  return { rows: read };
}

function passedOf(text: string, passAt: number): boolean | null | undefined {
  const number = Number(text);
  if (text.trim() !== "" && Number.isFinite(number)) return number >= passAt;
  return verdictOf(text);
}

/** The first of a log's names the table has a row for. */
export function rowFor(
  table: OutcomesTable,
  names: readonly (string | undefined)[],
): { readonly name: string; readonly passed: boolean | null; readonly line: number } | undefined {
  for (const name of names) {
    const row = name === undefined ? undefined : table.rows.get(name);
    if (name !== undefined && row !== undefined) return { name, ...row };
  }
  return undefined;
}
