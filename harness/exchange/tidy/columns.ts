/** The tidy tables: which columns they have and what stands in them. `columns.md` of an export is made from this. */

/** `integer` is a whole number that a double holds exactly. */
type ColumnType = "text" | "integer" | "number" | "boolean";

export interface Column {
  readonly name: string;
  readonly about: string;
  readonly type: ColumnType;
}

const col = (name: string, about: string, type: ColumnType = "text"): Column => ({ name, about, type });

const episode: readonly Column[] = [
  col("experiment", "name of the experiment"),
  col("key", "rollout key: `t2s show KEY`"),
  col("purpose", "measure (in the tables), evolve (learned from) or select (chosen by)"),
  col("arm", "what is measured"),
  col("solver", "model that was measured; - for none"),
  col("benchmark", "benchmark"),
  col("split", "split"),
  col("task", "one test case"),
  col("cluster", "instance, problem, table or page: the unit of resampling"),
  col("seed", "rollout seed", "integer"),
  col("attempt", "attempt under that seed, from 0", "integer"),
  col("replica", "replica, from 0", "integer"),
  col("simulated", "model, tasks or both: the row is no measurement"),
  col("imported", "whose outputs these are, where they were not made here"),
];

export const tidyTables = {
  episodes: [
    ...episode,
    col("guidance", "what the agent was given"),
    col("task_type", "the data set's own label"),
    col("flags", "passes-untouched, cannot-pass, author-excluded, in-evolve-split"),
    col("state", "graded, ungraded or errored, by the primary scorer"),
    col("exit", "how the episode ended"),
    col("turns", "turns", "integer"),
    col("format_errors", "replies that could not be read", "integer"),
    col("calls", "model calls", "integer"),
    col("prompt_tokens", "tokens in", "integer"),
    col("completion_tokens", "tokens out", "integer"),
    col("reasoning_tokens", "of these, reasoning", "integer"),
    col("cached_tokens", "tokens in that were cached", "integer"),
    col("cost_usd", "US dollars; empty: unknown", "number"),
    col("ms", "wall-clock milliseconds", "number"),
    col("error_class", "class of the infrastructure error"),
    col("error_message", "its text"),
    col("trajectory", "hash of the trajectory"),
    col("submission", "hash of what was handed in"),
  ],
  scores: [
    ...episode,
    col("scorer", "scorer"),
    col("state", "graded or ungraded"),
    col("value", "the scorer's number, 0 to 1", "number"),
    col("passed", "true or false", "boolean"),
    col("message", "why it failed, or why it could not be judged"),
    col("metrics", "further numbers of the scorer, as JSON"),
  ],
  lessons: [
    col("experiment", "name of the experiment"),
    col("arm", "learned arm"),
    col("evolution_seed", "evolution seed", "integer"),
    col("task", "task of the episode"),
    col("episode", "rollout key of the episode"),
    col("source", "error or success: which analyst"),
    col("analysis", "key of the analysis: `t2s show KEY`"),
    col("analysis_state", "accepted, rejected, errored or not-asked"),
    col("why", "why it was not accepted"),
    col("lesson", "position among the analysis's lessons, from 0; empty: it has none", "integer"),
    col("type", "failure-cause, failure-lesson or success-lesson"),
    col("relation", "how the skill relates to it: missing, unclear, wrong, ignored"),
    col("title", "title"),
    col("description", "when it applies"),
    col("content", "what to do"),
  ],
  edits: [
    col("experiment", "name of the experiment"),
    col("arm", "learned arm"),
    col("evolution_seed", "evolution seed", "integer"),
    col("patch", "patch, or step of sequential editing, it was proposed in"),
    col("edit", "id of the edit as it was proposed"),
    col("task", "task of the episode behind it"),
    col("episode", "rollout key of that episode"),
    col("source", "error or success"),
    col("op", "operation"),
    col("file", "file of the skill"),
    col("target_section", "heading it is anchored at"),
    col("content", "text put in"),
    col("lessons", "titles of the lessons it carries out, separated by |"),
    col("applied_as", "edit of the skill it is part of; empty: it is in none"),
    col("support", "distinct tasks behind that edit", "integer"),
    col("departure_stage", "where it left"),
    col("departure_reason", "why, from a closed list"),
    col("departure_note", "why, in words"),
    col("in_favour_of", "edit that was kept instead"),
  ],
} as const satisfies Readonly<Record<string, readonly Column[]>>;
export type TidyTable = keyof typeof tidyTables;

/** A row of a table; what is absent is unknown or does not apply. Text is as it was written. */
export type TidyRow = Readonly<Record<string, string | number | boolean | null | undefined>>;

export type TidyFormat = "csv" | "jsonl" | "parquet";

const written: Readonly<Record<TidyFormat, string>> = {
  csv: "RFC 4180 (CRLF, UTF-8). Line breaks and control characters of texts are shown as escapes (`\\n`), and a text that a spreadsheet would run as a formula has an apostrophe before it; `--format jsonl` and `parquet` have texts as they were written. Empty: unknown, or does not apply.",
  jsonl: "One JSON object a line, texts as they were written. Absent: unknown, or does not apply.",
  parquet:
    "Parquet (Snappy), texts as they were written. integer: INT64, number: DOUBLE, boolean: BOOLEAN, text: STRING. Every column may be null: unknown, or does not apply.",
};

/** `columns.md`. */
export function describeColumns(format: TidyFormat): string {
  const tables = Object.entries(tidyTables).map(
    ([name, columns]) =>
      `## ${name}.${format}\n\n| Column | Type | What stands there |\n| --- | --- | --- |\n${columns.map(({ name: column, type, about }) => `| \`${column}\` | ${type} | ${about} |\n`).join("")}`,
  );
  return `# Columns\n\n${written[format]}\n\n${tables.join("\n")}`;
}
