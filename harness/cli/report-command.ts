import { join } from "node:path";
import { StoreError, UsageError } from "../core/errors.ts";
import type { LedgerEvolution } from "../core/ledger-rows.ts";
import type { LedgerEpisode } from "../core/record.ts";
import { requireExperiment } from "../experiment/experiment-names.ts";
import { readLockFile } from "../experiment/lock-file.ts";
import { buildReport } from "../report/build-report.ts";
import { tableSection } from "../report/cell-text.ts";
import { paperSection } from "../report/paper/paper-section.ts";
import { cardSection } from "../report/protocol/describe-card.ts";
import { renderCsv } from "../report/render-csv.ts";
import { renderJson } from "../report/render-json.ts";
import { renderLatex } from "../report/render-latex.ts";
import { renderEvolutionMarkdown, renderMarkdown, renderPaperMarkdown, renderSectionMarkdown } from "../report/render-markdown.ts";
import {
  renderAblationsTerminal,
  renderEvolutionTerminal,
  renderPaperTerminal,
  renderSectionTerminal,
  renderTerminal,
} from "../report/render-terminal.ts";
import { tableDesignSchema } from "../report/table-design.ts";
import { writeReport } from "../report/write-report.ts";
import { isMeasured, readLedgerBatches } from "../store/ledger.ts";
import type { CliContext } from "./context.ts";

export interface ReportOptions {
  readonly scorer?: string;
  readonly format?: string;
}

const formats: readonly string[] = ["terminal", "markdown", "latex", "csv", "json"];

/** Builds an experiment's tables from its ledger, writes them under report/ and prints them. Reads results only; runs nothing. */
export async function printReport(results: string, name: string, options: ReportOptions, context: CliContext): Promise<void> {
  const dir = await requireExperiment(results, name);
  const lock = await readLockFile(dir);
  if (lock === undefined)
    throw new StoreError(`${dir} has no lock.json; run the experiment's config again to write it anew, nothing measured is lost`);
  const format = options.format ?? "terminal";
  if (!formats.includes(format)) throw new UsageError(`t2s report has no format "${format}"; choose one of ${formats.join(", ")}`);
  const rows: LedgerEpisode[] = [];
  const learned: LedgerEvolution[] = [];
  for await (const batch of readLedgerBatches(join(dir, "ledger.jsonl")))
    for (const row of batch) {
      if (isMeasured(row)) rows.push(row);
      else if (row.type === "evolution") learned.push(row);
    }
  if (rows.length === 0)
    throw new UsageError(`${name} has no episodes in its ledger; run its config (again): what is in the store is taken from there`);
  const design = tableDesignSchema.parse(lock.design);
  const report = buildReport(name, design, rows, learned, { scorer: options.scorer, protocol: lock.protocol });
  const { tables, ablations, evolution, paper, protocol } = report;
  const { columns: width, color } = context.terminal;
  // Beside a published table the protocol is already there.
  const card = protocol === undefined || paper !== undefined ? [] : [cardSection(protocol)];
  if (options.scorer === undefined) await writeReport(join(dir, "report"), report);
  switch (format) {
    case "terminal":
      for (const table of tables)
        context.out(`${renderTerminal(table, { width: context.terminal.columns, color: context.terminal.color })}\n`);
      if (ablations !== undefined)
        context.out(`${renderAblationsTerminal(ablations, { width: context.terminal.columns, color: context.terminal.color })}\n`);
      if (evolution !== undefined)
        context.out(`${renderEvolutionTerminal(evolution, { width: context.terminal.columns, color: context.terminal.color })}\n`);
      if (paper !== undefined)
        context.out(`${renderPaperTerminal(paper, { width: context.terminal.columns, color: context.terminal.color })}\n`);
      for (const section of card) context.out(`${renderSectionTerminal(section, { width, color })}\n`);
      return;
    case "markdown": {
      const further = [
        ...(evolution === undefined ? [] : [renderEvolutionMarkdown(evolution)]),
        ...(paper === undefined ? [] : [renderPaperMarkdown(paper)]),
        ...card.map(renderSectionMarkdown),
      ];
      return context.out([renderMarkdown(tables, ablations), ...further].join("\n"));
    }
    case "latex":
      return context.out(renderLatex([...tables.map(tableSection), ...(paper === undefined ? [] : [paperSection(paper)]), ...card]));
    case "csv":
      return context.out(renderCsv(tables));
    case "json":
      return context.out(renderJson(tables, ablations, protocol));
  }
}
