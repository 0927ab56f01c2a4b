/** A start workbook as values (what the scorer's reader sees) and as the XML those values stand in. */

import { cellPosition } from "../score/cell-reference.ts";
import type { CellValue } from "../score/cell-value.ts";
import { readManifest, readWorkbookPart } from "../score/package-parts.ts";
import { DEFAULT_LIMITS, readWorkbook, type Workbook } from "../score/read-workbook.ts";
import type { SheetCells } from "../score/sheet-cells.ts";
import { openZip, WorkbookError, type ZipArchive } from "../score/zip-archive.ts";

/** A cell that has a value, and its place in the XML of its sheet. */
export interface StoredCell {
  readonly sheet: number;
  readonly row: number;
  readonly column: number;
  readonly value: Exclude<CellValue, null>;
  /** Content of its `v` element: the number as it is written, or the number of a shared string. */
  readonly raw: string;
  readonly type: string;
  readonly formula: boolean;
  /** The element, from "<c" to behind its end. */
  readonly from: number;
  readonly to: number;
}

export interface InputSheet {
  readonly title: string;
  readonly part: string;
  readonly xml: string;
  readonly values: SheetCells;
}

export interface InputBook {
  readonly bytes: Uint8Array;
  readonly zip: ZipArchive;
  readonly workbookPart: string;
  readonly values: Workbook;
  readonly sheets: readonly InputSheet[];
  readonly cells: readonly StoredCell[];
}

/** Larger workbooks are left alone: their changed sheets would be stored unpacked, several times over. */
const MAX_XML = 48 * 2 ** 20;

const CELL = /<(?:[A-Za-z_][\w.-]*:)?c(\s[^>]*?)?(?:\/>|>([\s\S]*?)<\/(?:[A-Za-z_][\w.-]*:)?c>)/g;
const VALUE = /<(?:[\w.-]+:)?v(?:\s[^>]*)?>([^<]*)<\/(?:[\w.-]+:)?v>/;
const FORMULA = /<(?:[\w.-]+:)?f[\s>/]/;
const attribute = (name: string, attributes: string): string | undefined =>
  new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`)
    .exec(attributes)
    ?.slice(1)
    .find((text) => text !== undefined);

/** The cells of a sheet with a value; undefined when its XML holds what surgery by pattern would get wrong. */
function storedCells(sheet: InputSheet, index: number): StoredCell[] | undefined {
  const { xml, values } = sheet;
  const [start, end] = [xml.search(/<(?:[\w.-]+:)?sheetData[\s>/]/), xml.search(/<\/(?:[\w.-]+:)?sheetData>/)];
  if (end < 0) return [];
  const data = xml.slice(start, end);
  if (/<!|<\?/.test(data)) return undefined;
  const cells: StoredCell[] = [];
  for (const match of data.matchAll(CELL)) {
    const [element, attributes = "", inner = ""] = match;
    const reference = attribute("r", attributes);
    const at = reference === undefined ? undefined : cellPosition(reference);
    if (at === undefined) return undefined;
    const value = values.value(at.row, at.column);
    if (value === null) continue;
    const from = start + match.index;
    cells.push({
      sheet: index,
      row: at.row,
      column: at.column,
      value,
      raw: VALUE.exec(inner)?.[1] ?? "",
      type: attribute("t", attributes) ?? "n",
      formula: FORMULA.test(inner),
      from,
      to: from + element.length,
    });
  }
  return cells;
}

/** Opens a start workbook for changes; undefined when it cannot be read or its sheets cannot be changed safely. */
export function openInput(bytes: Uint8Array): InputBook | undefined {
  try {
    const values = readWorkbook(bytes, DEFAULT_LIMITS);
    const zip = openZip(bytes, DEFAULT_LIMITS);
    const { workbook: workbookPart } = readManifest(zip);
    const entries = readWorkbookPart(zip, workbookPart).sheets.filter(({ relation }) => zip.has(relation.target));
    const sheets: InputSheet[] = [];
    let length = 0;
    for (const [i, { relation }] of entries.entries()) {
      const sheet = values.sheets[i];
      if (sheet?.kind !== "worksheet") continue;
      const part = zip.read(relation.target);
      length += part.length;
      if (length > MAX_XML) return undefined;
      const xml = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(part);
      if (/^\ufeff?<\?xml[^>]*encoding=["'](?!utf-?8)/i.test(xml)) return undefined;
      sheets.push({ title: sheet.title, part: relation.target, xml, values: sheet });
    }
    const cells: StoredCell[] = [];
    for (const [i, sheet] of sheets.entries()) {
      const found = storedCells(sheet, i);
      if (found === undefined) return undefined;
      for (const cell of found) cells.push(cell);
    }
    return { bytes, zip, workbookPart, values, sheets, cells };
  } catch (error) {
    // Not readable, or no UTF-8 (TypeError of the decoder).
    if (error instanceof WorkbookError || error instanceof TypeError) return undefined;
    throw error;
  }
}
