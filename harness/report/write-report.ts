import { join } from "node:path";
import { replaceFile } from "../store/durable.ts";
import { ablationSections } from "./ablation/ablation-grids.ts";
import { renderAblationsCsv } from "./ablation/render-ablations-csv.ts";
import type { Report } from "./build-report.ts";
import { tableSection } from "./cell-text.ts";
import { paperSection } from "./paper/paper-section.ts";
import { renderPaperCsv } from "./paper/render-paper.ts";
import { cardSection } from "./protocol/describe-card.ts";
import { renderCsv } from "./render-csv.ts";
import { renderJson } from "./render-json.ts";
import { renderLatex } from "./render-latex.ts";
import { renderEvolutionMarkdown, renderMarkdown, renderPaperMarkdown, renderSectionMarkdown } from "./render-markdown.ts";

/** Absolute or relative as the folder was given. */
export interface ReportPaths {
  readonly markdown: string;
  readonly csv: string;
  readonly json: string;
}

/** A file of `report/`, as it can be made again from ledger and lock file: `t2s verify` compares with exactly these. */
export interface ReportFile {
  readonly name: string;
  readonly text: string;
}

/** tables.md, .tex, .csv and .json, ablations.csv where something was swept or varied, evolutions.md and evolutions.json where skills were learned, and paper-table.md, .tex, .csv and .json where the experiment stands beside a published table. */
export function reportFiles({ tables, ablations, evolution, paper, protocol }: Report): ReportFile[] {
  const card = protocol === undefined ? [] : [cardSection(protocol)];
  return [
    { name: "tables.md", text: [renderMarkdown(tables, ablations), ...card.map(renderSectionMarkdown)].join("\n") },
    {
      name: "tables.tex",
      text: renderLatex([...tables.map(tableSection), ...(ablations === undefined ? [] : ablationSections(ablations)), ...card]),
    },
    { name: "tables.csv", text: renderCsv(tables) },
    { name: "tables.json", text: renderJson(tables, ablations, protocol) },
    ...(ablations === undefined ? [] : [{ name: "ablations.csv", text: renderAblationsCsv(ablations) }]),
    ...(evolution === undefined
      ? []
      : [
          { name: "evolutions.md", text: renderEvolutionMarkdown(evolution) },
          { name: "evolutions.json", text: `${JSON.stringify(evolution, null, 1)}\n` },
        ]),
    ...(paper === undefined
      ? []
      : [
          { name: "paper-table.md", text: renderPaperMarkdown(paper) },
          { name: "paper-table.tex", text: renderLatex([paperSection(paper)]) },
          { name: "paper-table.csv", text: renderPaperCsv([paper]) },
          { name: "paper-table.json", text: `${JSON.stringify(paper, null, 1)}\n` },
        ]),
  ];
}

/** Writes the files of a report into `dir` (made when missing), each replaced all or nothing. StoreError when the disk is full or read-only. */
export async function writeReport(dir: string, report: Report): Promise<ReportPaths> {
  for (const { name, text } of reportFiles(report)) await replaceFile(join(dir, name), text);
  return { markdown: join(dir, "tables.md"), csv: join(dir, "tables.csv"), json: join(dir, "tables.json") };
}
