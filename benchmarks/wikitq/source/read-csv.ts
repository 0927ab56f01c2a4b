/** The tables of the published archive: every field in double quotes, `\"` and `\\` for quotes and backslashes inside, line breaks inside allowed. */

export interface Table {
  readonly header: readonly string[];
  /** As wide as the header. */
  readonly rows: readonly (readonly string[])[];
}

/** One field and what ends it: a comma, a line break or the end of the text. */
const FIELD = /(?:"((?:[^"\\]|\\[\s\S])*)"|([^",\n\r]*))(,|\r?\n|$)/y;

/** The table in a text, or a sentence saying what is wrong with it. */
export function readCsv(text: string): Table | string {
  const rows: string[][] = [];
  let row: string[] = [];
  FIELD.lastIndex = 0;
  while (FIELD.lastIndex < text.length) {
    const at = FIELD.lastIndex;
    const match = FIELD.exec(text);
    if (match === null) return `its text cannot be read as fields from character ${at + 1} on`;
    row.push(match[1] === undefined ? (match[2] ?? "") : match[1].replace(/\\([\s\S])/g, "$1"));
    if (match[3] !== ",") {
      rows.push(row);
      row = [];
    } else if (FIELD.lastIndex === text.length) row.push("");
  }
  if (row.length > 0) rows.push(row);
  const [header, ...records] = rows;
  if (header === undefined) return "it is empty";
  const ragged = records.findIndex((record) => record.length !== header.length);
  if (ragged >= 0) return `row ${ragged + 2} has ${records[ragged]?.length} fields where the header has ${header.length}`;
  return { header, rows: records };
}
