/** Drafts as xlsx bytes that are equal for equal drafts. */
import type ExcelJS from "exceljs";
import type { BookDraft, CellDraft } from "./draft.ts";

/** Writes a workbook with exceljs and takes the only thing that differs between two runs, the zip's time stamps, out. */
export async function workbookBytes(book: BookDraft): Promise<Uint8Array> {
  const { default: library } = await import("exceljs"); // half a second, which only those who write workbooks should wait for
  const workbook = new library.Workbook();
  const fixed = new Date(Date.UTC(2024, 0, 15, 9, 0, 0));
  workbook.created = fixed;
  workbook.modified = fixed;
  workbook.creator = "Office";
  workbook.lastModifiedBy = "Office";
  for (const draft of book.sheets) {
    const sheet = workbook.addWorksheet(draft.name);
    draft.rows.forEach((row, r) => {
      row.forEach((cell, c) => {
        if (cell === null) return;
        const target = sheet.getCell(r + 1, c + 1);
        target.value = cellValue(cell);
        if (typeof cell === "object" && "format" in cell) target.numFmt = cell.format;
        if (r === draft.header) target.font = { bold: true };
      });
    });
    const width = Math.max(...draft.rows.map((row) => row.length), 1);
    for (let c = 1; c <= width; c++) sheet.getColumn(c).width = 15;
  }
  return withoutZipTimes(
    new Uint8Array(await workbook.xlsx.writeBuffer({ useStyles: true, useSharedStrings: true } as Partial<ExcelJS.XlsxWriteOptions>)),
  );
}

function cellValue(cell: Exclude<CellDraft, null>): ExcelJS.CellValue {
  if (typeof cell !== "object") return cell;
  return "n" in cell ? cell.n : { error: cell.error };
}

/** Sets the DOS time and date of every entry to 1980-01-01 (APPNOTE.TXT 4.3.7 and 4.3.12). Throws a RangeError when the bytes are not a plain zip. */
export function withoutZipTimes(zip: Uint8Array): Uint8Array {
  const bytes = Uint8Array.from(zip);
  const view = new DataView(bytes.buffer);
  let end = bytes.length - 22;
  while (end >= 0 && view.getUint32(end, true) !== 0x06054b50) end--;
  if (end < 0) throw new RangeError("these bytes are not a zip archive");
  let at = view.getUint32(end + 16, true);
  for (let entry = view.getUint16(end + 10, true); entry > 0; entry--) {
    if (view.getUint32(at, true) !== 0x02014b50) throw new RangeError("the zip's directory is damaged");
    view.setUint32(at + 12, 0x00210000, true);
    const local = view.getUint32(at + 42, true);
    if (view.getUint32(local, true) !== 0x04034b50) throw new RangeError("the zip's directory is damaged");
    view.setUint32(local + 10, 0x00210000, true);
    at += 46 + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return bytes;
}
