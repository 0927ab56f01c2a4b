import { join } from "node:path";
import { openStage } from "../../bundle/stage-files.ts";
import type { LedgerEpisode } from "../../core/record.ts";
import { evolutionFolders } from "../../store/evolution-folders.ts";
import { readLedgerBatches } from "../../store/ledger.ts";
import { describeColumns, type TidyFormat, type TidyRow, type TidyTable, tidyTables } from "./columns.ts";
import { editRows, lessonRows } from "./evolution-rows.ts";
import { openTable } from "./open-table.ts";

/** Rows written, by table. */
export type TidyExport = Readonly<Record<TidyTable, number>>;

/** Writes episodes, scores, lessons and edits, with `columns.md`, into an empty folder. Piece by piece: memory does not grow with the ledger. */
export async function writeTidy(
  folder: string,
  { experiment, experimentDir, format }: { experiment: string; experimentDir: string; format: TidyFormat },
): Promise<TidyExport> {
  const stage = openStage(folder);
  const counts = { episodes: 0, scores: 0, lessons: 0, edits: 0 };
  const open = async (table: TidyTable) => {
    const file = await stage.stream(`${table}.${format}`);
    const out = await openTable(format, tidyTables[table], file);
    return {
      close: out.close,
      async write(rows: readonly TidyRow[]) {
        counts[table] += rows.length;
        if (rows.length > 0) await out.write(rows);
      },
    };
  };
  const [episodes, scores] = [await open("episodes"), await open("scores")];
  for await (const batch of readLedgerBatches(join(experimentDir, "ledger.jsonl"))) {
    const rows = batch.flatMap((row) => (row.type === "episode" ? [row] : []));
    await episodes.write(rows.map((row) => episodeRow(experiment, row)));
    await scores.write(rows.flatMap((row) => scoreRows(experiment, row)));
  }
  const [lessons, edits] = [await open("lessons"), await open("edits")];
  for (const evolution of await evolutionFolders(experimentDir)) {
    for await (const row of lessonRows(experiment, evolution)) await lessons.write([row]);
    for await (const row of editRows(experiment, evolution)) await edits.write([row]);
  }
  for (const file of [episodes, scores, lessons, edits]) await file.close();
  await stage.add("columns.md", describeColumns(format));
  return counts;
}

function nameRow(experiment: string, row: LedgerEpisode): TidyRow {
  const { key, arm, solver, benchmark, split, task, cluster, rep, imported } = row;
  const purpose = row.purpose ?? "measure";
  return {
    experiment,
    key,
    purpose,
    arm,
    solver,
    benchmark,
    split,
    task,
    cluster,
    ...rep,
    simulated: row.simulated.join(" ") || undefined,
    imported,
  };
}

function episodeRow(experiment: string, row: LedgerEpisode): TidyRow {
  const { guidance, taskType, flags, state, exit, turns, formatErrors, usage, volatile, error, trajectory, submission } = row;
  return {
    ...nameRow(experiment, row),
    guidance,
    task_type: taskType,
    flags: flags.join(" ") || undefined,
    state,
    exit,
    turns,
    format_errors: formatErrors,
    calls: usage?.calls,
    prompt_tokens: usage?.promptTokens,
    completion_tokens: usage?.completionTokens,
    reasoning_tokens: usage?.reasoningTokens,
    cached_tokens: usage?.cachedTokens,
    cost_usd: volatile?.costUsd,
    ms: volatile?.ms,
    error_class: error?.class,
    error_message: error?.message,
    trajectory,
    submission,
  };
}

function scoreRows(experiment: string, row: LedgerEpisode): TidyRow[] {
  return row.outcomes.map(({ outcome }) => {
    const base = { ...nameRow(experiment, row), state: outcome.state };
    if (outcome.state === "ungraded") return { ...base, scorer: outcome.scorer, message: outcome.reason };
    const { scorer, value, passed, message, metrics } = outcome.score;
    return { ...base, scorer, value, passed, message, metrics: metrics === undefined ? undefined : JSON.stringify(metrics) };
  });
}
