import { join } from "node:path";
import { StoreError, UsageError } from "../core/errors.ts";
import type { LedgerEpisode } from "../core/record.ts";
import { requireExperiment } from "../experiment/experiment-names.ts";
import { readLockFile } from "../experiment/lock-file.ts";
import { buildTables } from "../report/build-tables.ts";
import { renderCsv } from "../report/render-csv.ts";
import { renderJson } from "../report/render-json.ts";
import { renderMarkdown } from "../report/render-markdown.ts";
import { renderTerminal } from "../report/render-terminal.ts";
import { tableDesignSchema } from "../report/table-design.ts";
import { writeReport } from "../report/write-report.ts";
import { readLedgerBatches } from "../store/ledger.ts";
import type { CliContext } from "./context.ts";

export interface ReportOptions {
  readonly scorer?: string;
  readonly format?: string;
}

const formats: readonly string[] = ["terminal", "markdown", "csv", "json"];

/** Builds an experiment's tables from its ledger, writes them under report/ and prints them. Reads results only; runs nothing. */
export async function printReport(results: string, name: string, options: ReportOptions, context: CliContext): Promise<void> {
  const dir = await requireExperiment(results, name);
  const lock = await readLockFile(dir);
  if (lock === undefined)
    throw new StoreError(`${dir} has no lock.json; run the experiment's config again to write it anew, nothing measured is lost`);
  const format = options.format ?? "terminal";
  if (!formats.includes(format)) throw new UsageError(`t2s report has no format "${format}"; choose one of ${formats.join(", ")}`);
  const rows: LedgerEpisode[] = [];
  for await (const batch of readLedgerBatches(join(dir, "ledger.jsonl"))) rows.push(...batch);
  if (rows.length === 0)
    throw new UsageError(`${name} has no episodes in its ledger; run its config (again): what is in the store is taken from there`);
  const tables = buildTables(rows, tableDesignSchema.parse(lock.design), { scorer: options.scorer });
  if (options.scorer === undefined) await writeReport(join(dir, "report"), tables);
  switch (format) {
    case "terminal":
      for (const table of tables)
        context.out(`${renderTerminal(table, { width: context.terminal.columns, color: context.terminal.color })}\n`);
      return;
    case "markdown":
      return context.out(renderMarkdown(tables));
    case "csv":
      return context.out(renderCsv(tables));
    case "json":
      return context.out(renderJson(tables));
  }
}
