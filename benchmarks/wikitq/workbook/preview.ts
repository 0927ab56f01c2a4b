/** What a prompt shows of a table: the first rows as a glimpse, or all of it as text. */
import type { Table } from "../source/read-csv.ts";

const shownRows = 5;
const shownCharacters = 80;

/** First rows of the sheet, header included, one JSON array of cell texts a line, and how many rows follow. Long cells are cut. */
export function previewOf({ header, rows }: Table): string {
  const cut = (text: string): string => (text.length <= shownCharacters ? text : `${text.slice(0, shownCharacters)}…`);
  const lines = [header, ...rows].slice(0, shownRows).map((row) => JSON.stringify(row.map(cut)));
  const more = rows.length + 1 - lines.length;
  return [...lines, ...(more > 0 ? [`... (${more} more rows)`] : [])].join("\n");
}

/** The whole table, one row a line, cells between bars; line breaks inside cells are blanks and bars are written as \|. */
export function tableText({ header, rows }: Table): string {
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell) => cell.replaceAll("|", "\\|").replace(/\s+/g, " ").trim()).join(" | ")} |`;
  return [line(header), `|${header.map(() => " --- |").join("")}`, ...rows.map(line)].join("\n");
}
