/** The cells of a start workbook that this benchmark wrote itself. */
import { z } from "zod";

const gridSchema = z.array(z.array(z.union([z.string(), z.number(), z.null()])));

/** Rows of cells, header first, all equally wide. */
export type Grid = readonly (readonly (string | number | null)[])[];

/** Rows of the first sheet, header first, all equally wide. Only for our own files: nothing is limited here. */
export async function readStart(bytes: Uint8Array): Promise<Grid> {
  const { read, utils } = await import("xlsx"); // a quarter of a second, for which only who reads workbooks should wait
  const book = read(bytes);
  const sheet = book.Sheets[book.SheetNames[0] ?? ""];
  if (sheet === undefined) throw new TypeError("a start workbook has no sheet");
  const rows = gridSchema.parse(utils.sheet_to_json(sheet, { header: 1, defval: null, blankrows: true, raw: true }));
  const width = Math.max(...rows.map((row) => row.length));
  return rows.map((row) => Array.from({ length: width }, (_, c) => row[c] ?? null));
}
