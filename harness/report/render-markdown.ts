import { ablationSections } from "./ablation/ablation-grids.ts";
import type { Ablations } from "./ablation/ablations.ts";
import { comparisonGrid, resultGrid, tableTitle, usageGrid } from "./cell-text.ts";
import { type EvolutionTable, evolutionGrid, selectionGrid } from "./evolution-table.ts";
import { paperSection } from "./paper/paper-section.ts";
import type { PaperTable } from "./paper/paper-table.ts";
import { oneLine } from "./plain-text.ts";
import type { ResultTable } from "./result-table.ts";
import type { Grid, Section } from "./section.ts";

/** Tables as GitHub Markdown: a heading, results, differences, usage and notes each, then sweeps and factorials. Hostile text stays text: no markup, HTML, link or row break. */
export function renderMarkdown(tables: readonly ResultTable[], ablations?: Ablations): string {
  const sections = ablations === undefined ? [] : ablationSections(ablations).map(renderSectionMarkdown);
  return [...tables.map((table) => `${renderOne(table)}\n`), ...sections].join("\n");
}

/** How skills were learned, in the same manner. */
export function renderEvolutionMarkdown(table: EvolutionTable): string {
  const selection = selectionGrid(table);
  const blocks = [
    `## ${escapeMarkdown(table.experiment)}: skill evolution`,
    renderGrid(evolutionGrid(table)),
    ...(selection === undefined ? [] : [`### ${selection.title}`, renderGrid(selection)]),
    table.notes.map((note) => `- ${escapeMarkdown(note)}`).join("\n"),
  ];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

/** An experiment beside a published table, in the same manner. */
export function renderPaperMarkdown(table: PaperTable): string {
  return renderSectionMarkdown(paperSection(table));
}

/** A heading, grids and notes, in the same manner. */
export function renderSectionMarkdown({ title, grids, notes }: Section): string {
  const blocks = [
    `## ${escapeMarkdown(title)}`,
    ...grids.flatMap((grid) => [`### ${escapeMarkdown(grid.title)}`, renderGrid(grid)]),
    notes.map((note) => `- ${escapeMarkdown(note)}`).join("\n"),
  ];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

/** A title, grids and notes of any kind, in the same manner. */
export function renderGridsMarkdown(page: {
  readonly title: string;
  readonly grids: readonly Grid[];
  readonly notes: readonly string[];
}): string {
  const blocks = [
    `## ${escapeMarkdown(page.title)}`,
    ...page.grids.flatMap((grid) => [`### ${escapeMarkdown(grid.title)}`, renderGrid(grid)]),
    page.notes.map((note) => `- ${escapeMarkdown(note)}`).join("\n"),
  ];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

function renderOne(table: ResultTable): string {
  const comparisons = comparisonGrid(table);
  return [
    `## ${escapeMarkdown(tableTitle(table))}`,
    renderGrid(resultGrid(table)),
    ...(comparisons === undefined ? [] : [`### ${comparisons.title}`, renderGrid(comparisons)]),
    "### Usage",
    renderGrid(usageGrid(table)),
    "### Notes",
    table.notes.map((note) => `- ${escapeMarkdown(note.text)}`).join("\n"),
  ].join("\n\n");
}

function renderGrid({ head, rows }: Grid): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.split("\n").map(escapeMarkdown).join("<br>")).join(" | ")} |`;
  return [line(head), `| ${head.map(() => "---").join(" | ")} |`, ...rows.map(line)].join("\n");
}

/** One line of text in which Markdown and HTML find nothing to interpret. */
export function escapeMarkdown(text: string): string {
  return (
    oneLine(text)
      .replace(/[\\`*_<>#|~$]/g, "\\$&")
      // Brackets are text unless a target follows; intervals stay readable in the raw file.
      .replace(/\](?=[([:])/g, "\\]")
      .replace(/&(?=#?\w+;)/g, "\\&")
      // GitHub turns bare addresses into links even inside escaped text.
      .replace(/:(?=\/\/)/g, "\\:")
      .replace(/\b(www)\./gi, "$1\\.")
      .replace(/@(?=\w)/g, "\\@")
      .replace(/^(\s*)([-+=]|\d+[.)])(?=\s)/, (_, blank: string, mark: string) => `${blank}${mark.slice(0, -1)}\\${mark.slice(-1)}`)
  );
}
