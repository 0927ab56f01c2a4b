/** A whole workbook as openpyxl 3.1.3 reads it with `data_only=True`, every sheet eagerly: a fault in any of them makes the file unreadable there. */
import { MAX_ROW, type Rectangle, rangeBounds, rectangleOf } from "./cell-reference.ts";
import { checkProperties, type Relation, readManifest, readRelations, readStyles, readWorkbookPart } from "./package-parts.ts";
import { readSharedStrings } from "./shared-strings.ts";
import { type Sheet, SheetBuilder } from "./sheet-cells.ts";
import { type CellContext, type Link, readSheet } from "./sheet-events.ts";
import { uniqueTitle } from "./sheet-title.ts";
import { XmlError } from "./xml-names.ts";
import { lastChild, readXmlTree } from "./xml-tree.ts";
import { openZip, WorkbookError, type ZipArchive, type ZipLimits } from "./zip-archive.ts";

export interface Workbook {
  /** In tab order, chart sheets included; titles are unique. */
  readonly sheets: readonly Sheet[];
  /** Roughly what keeping this workbook costs: stored cells plus a constant. */
  readonly weight: number;
}

const COMMENTS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments";

/** 256 MB a part, 512 MB a workbook, unpacked: several times the largest real workbook measured. */
export const DEFAULT_LIMITS: ZipLimits = { partBytes: 256 * 2 ** 20, totalBytes: 512 * 2 ** 20 };

function relationOf(relations: readonly Relation[], id: string): Relation {
  const found = relations.find((relation) => relation.id === id);
  if (found === undefined) throw new WorkbookError(`Unknown relationship: ${id}`);
  return found;
}

/** The cells a link's ref stands for; undefined where openpyxl raises. Whole rows and columns reach to the size of the sheet. */
function linkArea(ref: string, sheet: SheetBuilder): Rectangle | undefined {
  const { minRow, minColumn, maxRow, maxColumn } = rangeBounds(ref) ?? {};
  if (minRow === undefined && minColumn === undefined) return undefined;
  // A single row or column comes as one flat tuple, in which openpyxl finds no row to walk through.
  if (minRow === undefined && minColumn === maxColumn) return undefined;
  if (minColumn === undefined && minRow === maxRow) return undefined;
  const area = {
    minRow: minRow ?? 1,
    minColumn: minColumn ?? 1,
    maxRow: maxRow ?? sheet.maxRow,
    maxColumn: maxColumn ?? sheet.maxColumn,
  };
  const empty = area.minRow > area.maxRow || area.minColumn > area.maxColumn;
  return empty || (area.minRow >= 1 && area.maxRow <= MAX_ROW) ? area : undefined;
}

/** Cells a hyperlink may cover; more would cost openpyxl, too, more memory than a machine has. */
const MAX_LINKED_CELLS = 5_000_000;

/** A link on a cell without a value gives it the link's target (else location) as its text; openpyxl does that while loading. */
function applyLink(sheet: SheetBuilder, link: Link, relations: readonly Relation[]): void {
  const target = link.relationId ? relationOf(relations, link.relationId).target : link.target;
  const text = target || link.location;
  const area = linkArea(link.ref, sheet);
  if (area === undefined) throw new WorkbookError(`a hyperlink has the ref ${link.ref.slice(0, 30)}`);
  const single = !link.ref.includes(":");
  const give = (row: number, column: number): void => {
    sheet.reach(row, column);
    if (text && sheet.value(row, column) === null) sheet.set(row, column, text.slice(0, 32_767));
  };
  const cells = (area.maxRow - area.minRow + 1) * (area.maxColumn - area.minColumn + 1);
  if (cells > MAX_LINKED_CELLS) throw new WorkbookError("a hyperlink covers millions of cells");
  for (let row = area.minRow; row <= area.maxRow; row += 1) {
    for (let column = area.minColumn; column <= area.maxColumn; column += 1) {
      const cover = sheet.coveredBy(row, column);
      if (cover === undefined) give(row, column);
      else if (single) give(cover.minRow, cover.minColumn);
      else sheet.reach(row, column);
    }
  }
}

/** Comments create their cells, so they count for the size of the sheet. */
function applyComments(zip: ZipArchive, sheet: SheetBuilder, relations: readonly Relation[]): void {
  for (const relation of relations.filter((candidate) => candidate.type === COMMENTS)) {
    const list = lastChild(readXmlTree(zip.read(relation.target)), "commentList");
    for (const comment of list?.children ?? []) {
      const area = rectangleOf(comment.attributes.get("ref") ?? "");
      if (area === undefined) throw new WorkbookError("a comment has no usable ref");
      sheet.reach(area.minRow, area.minColumn);
    }
  }
}

/** Tables must have names of their own; openpyxl refuses a second table of the same name. */
function applyTables(zip: ZipArchive, ids: readonly string[], relations: readonly Relation[], names: Set<string>): void {
  for (const id of ids) {
    const attributes = readXmlTree(zip.read(relationOf(relations, id).target)).attributes;
    const name = attributes.get("name") ?? attributes.get("displayName") ?? "";
    if (names.has(name.toLowerCase())) throw new WorkbookError(`Table with name ${name.slice(0, 60)} already exists`);
    names.add(name.toLowerCase());
  }
}

function readWorksheet(zip: ZipArchive, part: string, title: string, context: CellContext, tableNames: Set<string>): SheetBuilder {
  const sheet = new SheetBuilder(title);
  const relations = readRelations(zip, part) ?? [];
  const extras = readSheet(zip.read(part), context, sheet);
  for (const ref of extras.merges) {
    const area = rectangleOf(ref);
    const usable = area !== undefined && area.minRow >= 1 && area.maxRow <= MAX_ROW && area.minRow <= area.maxRow;
    if (!usable || area.minColumn > area.maxColumn) {
      throw new WorkbookError(`${ref.slice(0, 30)} is not a range that can be merged`);
    }
    sheet.merge(area);
  }
  for (const link of extras.links) applyLink(sheet, link, relations);
  applyComments(zip, sheet, relations);
  applyTables(zip, extras.tableIds, relations, tableNames);
  return sheet;
}

function readSheets(zip: ZipArchive): readonly Sheet[] {
  const manifest = readManifest(zip);
  const strings = manifest.sharedStrings === undefined ? [] : readSharedStrings(zip.read(manifest.sharedStrings));
  const { sheets: entries, epoch } = readWorkbookPart(zip, manifest.workbook);
  checkProperties(zip);
  const context: CellContext = { strings, styles: readStyles(zip), epoch };
  const sheets: Sheet[] = [];
  const tableNames = new Set<string>();
  for (const { name, relation } of entries) {
    if (!zip.has(relation.target)) continue;
    const titles = sheets.map((sheet) => sheet.title);
    const title = uniqueTitle(name === "" ? "Sheet" : name, titles);
    if (relation.type.includes("chartsheet")) {
      readXmlTree(zip.read(relation.target));
      sheets.push({ kind: "chartsheet", title });
    } else sheets.push(readWorksheet(zip, relation.target, title, context, tableNames));
  }
  return sheets;
}

/** Reads a workbook. Throws WorkbookError (with the reader's sentence) for anything openpyxl would raise on and for what exceeds the limits. */
export function readWorkbook(bytes: Uint8Array, limits: ZipLimits = DEFAULT_LIMITS): Workbook {
  try {
    const sheets = readSheets(openZip(bytes, limits));
    return { sheets, weight: sheets.reduce((sum, sheet) => sum + (sheet.kind === "worksheet" ? sheet.size : 0), 100) };
  } catch (error) {
    if (error instanceof XmlError) throw new WorkbookError(`a part of the workbook is invalid XML: ${error.message}`, { cause: error });
    if (error instanceof RangeError) throw new WorkbookError(`the workbook is beyond what can be held: ${error.message}`, { cause: error });
    throw error;
  }
}
