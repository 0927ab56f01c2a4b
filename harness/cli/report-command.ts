import { join } from "node:path";
import { UsageError } from "../core/errors.ts";
import { buildReport, type Report } from "../report/build-report.ts";
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
import { writeReport } from "../report/write-report.ts";
import type { CliContext } from "./context.ts";
import { type SiteOptions, siteCommand } from "./site-command.ts";
import { evolutionsOf, readStored } from "./stored-experiment.ts";

export interface ReportOptions {
  readonly scorer?: string;
  readonly format?: string;
}

/** `t2s report`: the tables of every experiment, or with `--html` or `--bundle` one web report of all of them. */
export async function reportCommand(
  results: string,
  names: readonly string[],
  options: ReportOptions & SiteOptions,
  context: CliContext,
): Promise<void> {
  if (options.html === true || options.bundle !== undefined) return siteCommand(results, names, options, context);
  if (options.out !== undefined) throw new UsageError("--out names the folder of a web report; add --html to write one");
  for (const name of names) await printReport(results, name, options, context);
}

const formats: readonly string[] = ["terminal", "markdown", "latex", "csv", "json"];

/** Builds an experiment's report from its ledger and lock file. Throws UsageError for a name that is not there or has no episodes, StoreError for damaged files. */
export async function readReport(
  results: string,
  name: string,
  options: { readonly scorer?: string } = {},
): Promise<{ readonly dir: string; readonly report: Report }> {
  const stored = await readStored(results, name);
  const { dir, lock, design, measured } = stored;
  return { dir, report: buildReport(name, design, measured, evolutionsOf(stored), { scorer: options.scorer, protocol: lock.protocol }) };
}

/** Builds an experiment's tables from its ledger, writes them under report/ and prints them. Reads results only; runs nothing. */
export async function printReport(results: string, name: string, options: ReportOptions, context: CliContext): Promise<void> {
  const format = options.format ?? "terminal";
  if (!formats.includes(format)) throw new UsageError(`t2s report has no format "${format}"; choose one of ${formats.join(", ")}`);
  const { dir, report } = await readReport(results, name, options);
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
