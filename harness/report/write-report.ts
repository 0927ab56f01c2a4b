import { join } from "node:path";
import { replaceFile } from "../store/durable.ts";
import type { EvolutionTable } from "./evolution-table.ts";
import type { PaperTable } from "./paper/build-paper-table.ts";
import { renderCsv } from "./render-csv.ts";
import { renderJson } from "./render-json.ts";
import { renderEvolutionMarkdown, renderMarkdown, renderPaperMarkdown } from "./render-markdown.ts";
import type { ResultTable } from "./result-table.ts";

/** Absolute or relative as the folder was given. */
export interface ReportPaths {
  readonly markdown: string;
  readonly csv: string;
  readonly json: string;
}

/** Writes tables.md, tables.csv and tables.json, evolutions.md and evolutions.json where skills were learned, and paper-table.md and paper-table.json where the experiment stands beside a published table, into `dir` (made when missing), each replaced all or nothing. StoreError when the disk is full or read-only. */
export async function writeReport(
  dir: string,
  tables: readonly ResultTable[],
  evolution?: EvolutionTable,
  paper?: PaperTable,
): Promise<ReportPaths> {
  const paths = { markdown: join(dir, "tables.md"), csv: join(dir, "tables.csv"), json: join(dir, "tables.json") };
  await replaceFile(paths.markdown, renderMarkdown(tables));
  await replaceFile(paths.csv, renderCsv(tables));
  await replaceFile(paths.json, renderJson(tables));
  if (evolution !== undefined) {
    await replaceFile(join(dir, "evolutions.md"), renderEvolutionMarkdown(evolution));
    await replaceFile(join(dir, "evolutions.json"), `${JSON.stringify(evolution, null, 1)}\n`);
  }
  if (paper !== undefined) {
    await replaceFile(join(dir, "paper-table.md"), renderPaperMarkdown(paper));
    await replaceFile(join(dir, "paper-table.json"), `${JSON.stringify(paper, null, 1)}\n`);
  }
  return paths;
}
