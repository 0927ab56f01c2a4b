/** What was read on a page, as lines that can be quoted in a reply and found again in a log. */
import type { PageRows } from "../page/read-page.ts";

/** A run of words on one row; two blanks or more end it. */
export interface Segment {
  readonly row: number;
  readonly column: number;
  /** One past its last character. */
  readonly end: number;
  readonly text: string;
}

export function segmentsOf(rows: PageRows): readonly Segment[] {
  return rows.flatMap((line, row) =>
    [...line.matchAll(/\S+(?: \S+)*/g)].map(({ 0: text, index }) => ({ row, column: index, end: index + text.length, text })),
  );
}

/** One line a row that holds anything: its number, then every run with the column it begins in. */
export function quoteRows(rows: PageRows): readonly string[] {
  return rows.flatMap((_, row) => {
    const runs = segmentsOf(rows.slice(row, row + 1)).map(({ column, text }) => `${column} ${text}`);
    return runs.length === 0 ? [] : [`L${String(row).padStart(2, "0")} | ${runs.join(" | ")}`];
  });
}

const QUOTED = /^[^\p{L}\p{N}]*L(\d{2}) \| (.*)$/u;

/** Rows of the page quoted in a text; undefined when none is. Of a row that is quoted twice the last one counts. */
export function rowsIn(text: string): PageRows | undefined {
  const rows: string[] = [];
  // Replies inside JSON have their line breaks written out.
  for (const line of text.split(/\r?\n|\\n/)) {
    const [, number, runs] = QUOTED.exec(line.trimEnd()) ?? [];
    if (number === undefined || runs === undefined) continue;
    let row = "";
    for (const run of runs.split(" | ")) {
      const [, column, words] = /^(\d{1,2}) (.*)$/.exec(run) ?? [];
      if (column !== undefined && words !== undefined) row = `${row.padEnd(Number(column))}${words}`;
    }
    rows[Number(number)] = row;
  }
  return rows.length === 0 ? undefined : Array.from(rows, (row) => row ?? "");
}
