import { oneLine } from "./plain-text.ts";
import type { Grid, Section } from "./section.ts";

/** More rows than this break across pages. */
const mostOnAPage = 40;

/**
 * Sections as LaTeX to be \input into a document: each grid a table with booktabs rules, notes as a list below. Hostile text stays text: nothing in it is a command, a
 * comment or the end of a group.
 */
export function renderLatex(sections: readonly Section[]): string {
  const head = [
    "% Needs \\usepackage[T1]{fontenc} and \\usepackage{booktabs,longtable,graphicx}; letters beyond Latin ones need LuaLaTeX or XeLaTeX.",
    "% Written by t2s; every number stands with full precision in the CSV and JSON beside it.",
  ];
  return `${[...head, ...sections.flatMap(renderSection)].join("\n")}\n`;
}

function renderSection({ title, grids, notes }: Section): string[] {
  return [
    "",
    `\\subsection*{${escapeLatex(title)}}`,
    ...grids.flatMap(renderGrid),
    ...(notes.length === 0 ? [] : ["\\begin{itemize}", ...notes.map((note) => `  \\item {}${escapeLatex(note)}`), "\\end{itemize}"]),
  ];
}

function renderGrid(grid: Grid): string[] {
  const layout = `@{}${grid.head.map((_, i) => (isNumeric(grid, i) ? "r" : "l")).join("")}@{}`;
  const line = (cells: readonly string[], i: readonly string[]): string =>
    `  ${cells.map((cell, at) => cellOf(cell, i[at] ?? "l")).join(" & ")} \\\\`;
  const sides = grid.head.map((_, i) => (isNumeric(grid, i) ? "r" : "l"));
  const head = line(grid.head, sides);
  const rows = spaced(
    grid.rows.map((row) => line(row, sides)),
    grid.rows.some((row) => row.some((cell) => cell.includes("\n"))),
  );
  const caption = escapeLatex(grid.title);
  if (rows.length > mostOnAPage)
    return [
      `\\begin{longtable}{${layout}}`,
      `  \\caption{${caption}} \\\\`,
      "  \\toprule",
      head,
      "  \\midrule",
      "  \\endhead",
      ...rows,
      "  \\bottomrule",
      "\\end{longtable}",
    ];
  return [
    "\\begin{table}[htbp]",
    "  \\centering",
    `  \\caption{${caption}}`,
    "  \\resizebox{\\ifdim\\width>\\linewidth\\linewidth\\else\\width\\fi}{!}{%",
    `  \\begin{tabular}{${layout}}`,
    "  \\toprule",
    head,
    "  \\midrule",
    ...rows,
    "  \\bottomrule",
    "  \\end{tabular}}",
    "\\end{table}",
  ];
}

/** Rows of several lines stand apart. */
const spaced = (rows: readonly string[], apart: boolean): string[] =>
  rows.flatMap((row, i) => (apart && i > 0 ? ["  \\addlinespace", row] : [row]));

/** A cell of several lines becomes a stack of them, its first line level with that of its neighbours. */
function cellOf(cell: string, side: string): string {
  const lines = cell.split("\n").map(escapeLatex);
  return lines.length === 1 ? (lines[0] ?? "") : `\\begin{tabular}[t]{@{}${side}@{}}${lines.join(" \\\\ ")}\\end{tabular}`;
}

/** Columns whose every entry begins like a number stand to the right. */
function isNumeric({ rows }: Grid, column: number): boolean {
  return column > 0 && rows.length > 0 && rows.every((row) => /^[-+]?(\d|$)|^-$|^\[/.test(row[column] ?? ""));
}

const spelled: Readonly<Record<string, string>> = {
  "\\": "\\textbackslash{}",
  "{": "\\{",
  "}": "\\}",
  $: "\\$",
  "&": "\\&",
  "#": "\\#",
  "%": "\\%",
  _: "\\_",
  "^": "\\textasciicircum{}",
  "~": "\\textasciitilde{}",
  "<": "\\textless{}",
  ">": "\\textgreater{}",
  "|": "\\textbar{}",
  '"': "{\\textquotedbl}",
  "'": "{\\textquotesingle}",
  "`": "{\\textasciigrave}",
  // An optional argument of the line break before it, or ligatures with what stands beside it.
  "[": "{[}",
  "]": "{]}",
  "-": "{-}",
  "*": "{*}",
  "!": "{!}",
  "?": "{?}",
  ",": "{,}",
};

/** One line of text in which LaTeX finds nothing to interpret: no command, comment, group, ligature or optional argument. */
export function escapeLatex(text: string): string {
  return oneLine(text).replace(/[\\{}$&#%_^~<>|"'`[\]]|-(?=-)|^[*-]|[!?](?=`)|,(?=,)/g, (found) => spelled[found] ?? found);
}
