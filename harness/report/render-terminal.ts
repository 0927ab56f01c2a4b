import Table from "cli-table3";
import { ablationSections } from "./ablation/ablation-grids.ts";
import type { Ablations } from "./ablation/ablations.ts";
import { comparisonGrid, resultGrid, tableTitle, usageGrid } from "./cell-text.ts";
import { type EvolutionTable, evolutionGrid, selectionGrid } from "./evolution-table.ts";
import { paperSection } from "./paper/paper-section.ts";
import type { PaperTable } from "./paper/paper-table.ts";
import { displayWidth, oneLine, wrapText } from "./plain-text.ts";
import type { ResultTable } from "./result-table.ts";
import type { Grid, Section } from "./section.ts";

const narrowest = 40;

/**
 * A table as text for a terminal of `width` columns (at least 40): result columns that do not fit follow below, long cells are wrapped.
 * With `color` the heads are bold and verdicts green or red; without it there is no escape sequence at all. Hostile text is shown, never obeyed.
 */
export function renderTerminal(table: ResultTable, options: { readonly width: number; readonly color: boolean }): string {
  const width = Math.max(narrowest, options.width);
  const paint = options.color ? paintWith : plain;
  // Differences on further metrics already stand in the result columns; the terminal repeats only those that carry a conclusion.
  const comparisons = comparisonGrid({ ...table, comparisons: table.comparisons.filter((one) => one.verdict !== "descriptive") });
  const blocks = [
    paint("bold", wrapText(oneLine(tableTitle(table)), width)),
    ...chunks(resultGrid(table), width).map((grid) => draw(grid, width, paint)),
    ...(comparisons === undefined ? [] : [draw(comparisons, width, paint, paintVerdict)]),
    draw(usageGrid(table), width, paint),
    table.notes.map((note) => wrapText(`- ${oneLine(note.text)}`, width - 2).replaceAll("\n", "\n  ")).join("\n"),
  ];
  return `${blocks.join("\n\n")}\n`;
}

/** Sweeps and factorials, in the same manner. */
export function renderAblationsTerminal(ablations: Ablations, options: { readonly width: number; readonly color: boolean }): string {
  return ablationSections(ablations)
    .map((section) => renderSectionTerminal(section, options))
    .join("\n");
}

/** How skills were learned, in the same manner. */
export function renderEvolutionTerminal(table: EvolutionTable, options: { readonly width: number; readonly color: boolean }): string {
  const width = Math.max(narrowest, options.width);
  const paint = options.color ? paintWith : plain;
  const selection = selectionGrid(table);
  const blocks = [
    ...chunks(evolutionGrid(table), width).map((grid) => draw(grid, width, paint)),
    ...(selection === undefined ? [] : chunks(selection, width).map((grid) => draw(grid, width, paint))),
    table.notes.map((note) => wrapText(`- ${oneLine(note)}`, width - 2).replaceAll("\n", "\n  ")).join("\n"),
  ];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

/** An experiment beside a published table, in the same manner. */
export function renderPaperTerminal(table: PaperTable, options: { readonly width: number; readonly color: boolean }): string {
  return renderSectionTerminal(paperSection(table), options);
}

/** A heading, grids and notes, in the same manner. */
export function renderSectionTerminal(section: Section, options: { readonly width: number; readonly color: boolean }): string {
  const width = Math.max(narrowest, options.width);
  const paint = options.color ? paintWith : plain;
  const blocks = [
    paint("bold", wrapText(oneLine(section.title), width)),
    ...section.grids.flatMap((grid) => (grid.split === false ? [grid] : chunks(grid, width)).map((part) => draw(part, width, paint))),
    section.notes.map((note) => wrapText(`- ${oneLine(note)}`, width - 2).replaceAll("\n", "\n  ")).join("\n"),
  ];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

/** A title, grids and notes of any kind, in the same manner. */
export function renderGrids(
  page: { readonly title: string; readonly grids: readonly Grid[]; readonly notes: readonly string[] },
  options: { readonly width: number; readonly color: boolean },
): string {
  const width = Math.max(narrowest, options.width);
  const paint = options.color ? paintWith : plain;
  const notes = page.notes.map((note) => wrapText(`- ${oneLine(note)}`, width - 2).replaceAll("\n", "\n  ")).join("\n");
  const blocks = [paint("bold", wrapText(oneLine(page.title), width)), ...page.grids.map((grid) => draw(grid, width, paint)), notes];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

type Style = "bold" | "green" | "red" | "yellow";
type Paint = (style: Style, text: string) => string;
const codes: Readonly<Record<Style, readonly [number, number]>> = { bold: [1, 22], green: [32, 39], red: [31, 39], yellow: [33, 39] };
const plain: Paint = (_, text) => text;
/** Line by line, because a table cuts cells into lines. */
const paintWith: Paint = (style, text) =>
  text
    .split("\n")
    .map((line) => `\u001b[${codes[style][0]}m${line}\u001b[${codes[style][1]}m`)
    .join("\n");

/** Splits a grid into as few as fit, of about equal size, with the same first column. */
function chunks(grid: Grid, width: number): readonly Grid[] {
  const columns = grid.head.length - 1;
  for (let parts = 1; parts < columns; parts++) {
    const size = Math.ceil(columns / parts);
    const out = Array.from({ length: Math.ceil(columns / size) }, (_, i) => take(grid, 1 + i * size, 1 + (i + 1) * size));
    if (out.every((part) => naturalWidth(part) <= width)) return continued(out);
  }
  return columns < 1 ? [grid] : continued(Array.from({ length: columns }, (_, i) => take(grid, 1 + i, 2 + i)));
}

function continued(parts: readonly Grid[]): readonly Grid[] {
  return parts.map((part, index) => (index === 0 ? part : { ...part, title: `${part.title}, continued` }));
}

function take(grid: Grid, from: number, to: number): Grid {
  const pick = (row: readonly string[]) => [row[0] ?? "", ...row.slice(from, to)];
  return { title: grid.title, head: pick(grid.head), rows: grid.rows.map(pick) };
}

function draw(grid: Grid, width: number, paint: Paint, paintLast: typeof paintVerdict = paintIncomplete): string {
  const limits = columnLimits(grid, width);
  const title = paint("bold", grid.title);
  if (limits === undefined) return `${title}\n${drawList(grid, width)}`;
  const wrapped = (row: readonly string[]) => row.map((cell, i) => wrapText(harmless(cell), limits[i] ?? width));
  const rows = grid.rows.map((row) => wrapped(row).map((cell, i) => (i === row.length - 1 ? paintLast : paintIncomplete)(cell, paint)));
  const head = wrapped(grid.head).map((cell) => paint("bold", cell));
  return `${title}\n${tableOf(head, rows).toString()}`;
}

/** What a grid becomes where its columns would cut words: a line per row, every value with its head. */
function drawList({ head, rows }: Grid, width: number): string {
  const line = (text: string) => harmless(text).replaceAll("\n", ", ");
  return rows
    .map((row) => {
      const values = row.slice(1).map((cell, i) => `${line(head[i + 1] ?? "")}: ${line(cell)}`);
      return wrapText(`* ${line(row[0] ?? "")}; ${values.join("; ")}`, width - 2).replaceAll("\n", "\n  ");
    })
    .join("\n");
}

/** Line feeds in a grid are ours; within a line everything is shown. */
function harmless(cell: string): string {
  return cell.split("\n").map(oneLine).join("\n");
}

function paintVerdict(cell: string, paint: Paint): string {
  if (/^better\b/.test(cell)) return paint("green", cell);
  return /^worse\b/.test(cell) ? paint("red", cell) : cell;
}

function paintIncomplete(cell: string, paint: Paint): string {
  return cell
    .split("\n")
    .map((line) => (line === "incomplete" ? paint("yellow", line) : line))
    .join("\n");
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): InstanceType<typeof Table> {
  const table = new Table({ head: [...head], style: { head: [], border: [], "padding-left": 1, "padding-right": 1 } });
  table.push(...rows.map((row) => [...row]));
  return table;
}

function naturalWidth(grid: Grid): number {
  return grid.head.reduce((sum, _, i) => sum + columnWidth(grid, i, "\n"), 3 * grid.head.length + 1);
}

/** Widths of the columns' contents: natural ones where all fit, else the widest are lowered, but never below their longest word: then undefined. */
function columnLimits(grid: Grid, width: number): readonly number[] | undefined {
  const limits = grid.head.map((_, i) => columnWidth(grid, i, "\n"));
  const words = grid.head.map((_, i) => columnWidth(grid, i, /\s/));
  const frame = 3 * limits.length + 1;
  while (limits.reduce((sum, limit) => sum + limit, frame) > width) {
    const slack = limits.map((limit, i) => (limit > (words[i] ?? 0) ? limit : 0));
    const widest = slack.indexOf(Math.max(...slack));
    if ((slack[widest] ?? 0) === 0) return undefined;
    limits[widest] = (limits[widest] ?? 0) - 1;
  }
  return limits;
}

function columnWidth({ head, rows }: Grid, column: number, separator: string | RegExp): number {
  const parts = [head, ...rows].flatMap((row) => harmless(row[column] ?? "").split(separator));
  return Math.max(...parts.map(displayWidth));
}
