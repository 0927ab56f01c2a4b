import { parse } from "csv-parse/sync";
import { messageOf, UsageError } from "../../core/errors.ts";
import type { ResultFile, ResultRow, TakeOptions } from "./result-file.ts";

/** One row with named fields and the place it was read from. */
interface Rec {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly where: string;
}

const usual = { task: ["task", "task_id", "id"], score: ["score"], seed: ["seed", "epoch"], cluster: ["cluster"] } as const;

/** CSV (or TSV) with a head line. Throws UsageError for a file that is no table or lacks columns. */
export function readCsv(name: string, text: string, options: TakeOptions): ResultFile {
  const delimiter =
    /\.tsv$/i.test(name) || (!text.slice(0, text.indexOf("\n")).includes(",") && text.slice(0, 1000).includes("\t")) ? "\t" : ",";
  let rows: { record: Record<string, string>; info: { lines: number } }[];
  try {
    rows = parse(text, {
      columns: (head: string[]) => head.map((one) => one.trim()),
      delimiter,
      bom: true,
      skip_empty_lines: true,
      info: true,
    });
  } catch (error) {
    throw new UsageError(`${name} is no readable CSV (${messageOf(error)}); expected a head line such as task,score and one row a line`);
  }
  if (rows.length === 0) throw new UsageError(`${name} has no rows; expected a head line such as task,score and one row a line`);
  return readRecords(
    name,
    "CSV",
    rows.map(({ record, info }) => ({ fields: record, where: `line ${info.lines}` })),
    options,
  );
}

/** One JSON object a line. Throws UsageError for a line that is none. */
export function readJsonl(name: string, text: string, options: TakeOptions): ResultFile {
  const rows = text.split("\n").flatMap((line, i): Rec[] => {
    if (line.trim() === "") return [];
    return [{ fields: objectOf(parseLine(name, line, i + 1), `${name} line ${i + 1}`), where: `line ${i + 1}` }];
  });
  if (rows.length === 0) throw new UsageError(`${name} is empty; expected one JSON object a line, such as {"task": "a", "score": 1}`);
  return readRecords(name, "JSONL", rows, options);
}

/** A JSON array of objects. */
export function readArray(name: string, values: readonly unknown[], options: TakeOptions): ResultFile {
  if (values.length === 0) throw new UsageError(`${name} is an empty list; expected objects such as {"task": "a", "score": 1}`);
  const rows = values.map((value, i) => ({ fields: objectOf(value, `${name} entry ${i + 1}`), where: `entry ${i + 1}` }));
  return readRecords(name, "JSON", rows, options);
}

function parseLine(name: string, line: string, number: number): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new UsageError(`${name} line ${number} is no JSON; expected one object a line, such as {"task": "a", "score": 1}`);
  }
}

function objectOf(value: unknown, where: string): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new UsageError(`${where} is no object; expected something such as {"task": "a", "score": 1}`);
  return Object.fromEntries(Object.entries(value));
}

function readRecords(name: string, format: string, records: readonly Rec[], options: TakeOptions): ResultFile {
  const known = [...new Set(records.slice(0, 1000).flatMap(({ fields }) => Object.keys(fields)))];
  const find = (what: keyof typeof usual): string | undefined => options[what] ?? usual[what].find((one) => known.includes(one));
  const need = (what: "task" | "score"): string => {
    const column = find(what);
    if (column === undefined || !known.includes(column))
      throw new UsageError(
        `${name} has no column "${column ?? what}"; it has ${listed(known)}: name the one that holds the ${what} with --${what}`,
      );
    return column;
  };
  const columns = { task: need("task"), score: need("score"), seed: find("seed"), cluster: find("cluster") };
  if (options.seed !== undefined && !known.includes(options.seed))
    throw new UsageError(`${name} has no column "${options.seed}"; it has ${listed(known)}: name the one that holds the seed with --seed`);
  const text = (value: unknown): string =>
    typeof value === "string" ? value.trim() : value === undefined || value === null ? "" : String(value);
  const rows = records.map(({ fields, where }): ResultRow => {
    const task = text(fields[columns.task]);
    if (task === "") throw new UsageError(`${name} ${where} has no ${columns.task}; every row needs one`);
    const cluster = columns.cluster === undefined ? "" : text(fields[columns.cluster]);
    const value = scoreOf(fields[columns.score], () => `${name} ${where} (task ${task})`);
    return {
      task,
      cluster: cluster === "" ? null : cluster,
      seed: columns.seed === undefined ? "" : text(fields[columns.seed]),
      score: value === null ? null : { value, passed: value === 1 },
      state: value === null ? "ungraded" : "graded",
      where,
    };
  });
  return { name, format, took: `column ${columns.score}`, metrics: [], rows };
}

/** A number or a verdict; null for nothing (empty, null, NaN). Throws UsageError for anything else. */
function scoreOf(value: unknown, where: () => string): number | null {
  if (typeof value === "number") return Number.isNaN(value) ? null : finite(value, where);
  if (typeof value === "boolean") return value ? 1 : 0;
  if (value === null || value === undefined) return null;
  const text = typeof value === "string" ? value.trim() : JSON.stringify(value);
  if (text === "" || /^(nan|null|none|na|n\/a)$/i.test(text)) return null;
  if (/^(true|false)$/i.test(text)) return text.toLowerCase() === "true" ? 1 : 0;
  const number = Number(text);
  if (Number.isNaN(number)) throw new UsageError(`${where()} has score "${short(text)}", expected a number, true or false, or nothing`);
  return finite(number, where);
}

function finite(value: number, where: () => string): number {
  if (!Number.isFinite(value)) throw new UsageError(`${where()} has score ${value}, expected a finite number`);
  return value;
}

export const short = (text: string): string => (text.length > 60 ? `${text.slice(0, 57)}…` : text);

export function listed(names: readonly string[]): string {
  return names.length === 0
    ? "none"
    : names.length > 12
      ? `${names.slice(0, 12).map(short).join(", ")} and ${names.length - 12} more`
      : names.map(short).join(", ");
}
