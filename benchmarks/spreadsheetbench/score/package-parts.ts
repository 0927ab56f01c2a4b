/** The parts around the sheets: manifest, relationships, workbook list, cell styles. Rules and failures are openpyxl 3.1.3's. */
import { posix } from "node:path";
import { checkTree, styleRules, workbookRules } from "./attribute-rules.ts";
import { EPOCH_1900, EPOCH_1904, fromIsoText } from "./excel-date.ts";
import type { FormatKind } from "./number-format.ts";
import { formatKindOf } from "./number-format.ts";
import { pythonInt } from "./python-number.ts";
import { lastChild, readXmlTree, type XmlNode } from "./xml-tree.ts";
import { WorkbookError, type ZipArchive } from "./zip-archive.ts";

const MANIFEST = "[Content_Types].xml";
const SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.";
/** Content types of a workbook part, in the order openpyxl looks for them. */
const WORKBOOK_TYPES = [
  "application/vnd.ms-excel.template.macroEnabled.main+xml",
  `${SPREADSHEET}template.main+xml`,
  "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
  `${SPREADSHEET}sheet.main+xml`,
];

export interface Manifest {
  readonly workbook: string;
  readonly sharedStrings?: string;
}

function required(node: XmlNode, name: string): string {
  const value = node.attributes.get(name);
  if (value === undefined) throw new WorkbookError(`<${node.local}> has no ${name}`);
  return value;
}

/** An integer attribute; undefined when absent. Throws WorkbookError when it is there and is none. */
function integer(node: XmlNode, name: string): number | undefined {
  const text = node.attributes.get(name);
  if (text === undefined) return undefined;
  const value = pythonInt(text);
  if (value === undefined) throw new WorkbookError(`<${node.local} ${name}="${text.slice(0, 30)}"> is not an integer`);
  return value;
}

/** Which parts hold the workbook and the shared strings. Throws WorkbookError when the package is no workbook. */
export function readManifest(zip: ZipArchive): Manifest {
  const root = readXmlTree(zip.read(MANIFEST));
  for (const node of root.children) {
    if (node.local === "Override") required(node, "PartName");
    if (node.local === "Default") required(node, "Extension");
    if (node.local === "Override" || node.local === "Default") required(node, "ContentType");
  }
  const overrides = root.children.filter((node) => node.local === "Override");
  const partOf = (type: string) =>
    overrides
      .find((node) => node.attributes.get("ContentType") === type)
      ?.attributes.get("PartName")
      ?.slice(1);
  let workbook = WORKBOOK_TYPES.map(partOf).find((part) => part !== undefined);
  const defaults = root.children.filter((node) => node.local === "Default").map((node) => node.attributes.get("ContentType") ?? "");
  if (workbook === undefined && defaults.some((type) => WORKBOOK_TYPES.includes(type))) workbook = "xl/workbook.xml";
  if (workbook === undefined) throw new WorkbookError("File contains no valid workbook part");
  return { workbook, sharedStrings: partOf(`${SPREADSHEET}sharedStrings+xml`) };
}

export interface Relation {
  readonly id: string | undefined;
  readonly type: string;
  readonly target: string;
}

/** Relationships of a part, targets as names in the archive; undefined when the part has none. */
export function readRelations(zip: ZipArchive, part: string): readonly Relation[] | undefined {
  const folder = posix.dirname(part) === "." ? "" : posix.dirname(part);
  const file = posix.join(folder, "_rels", `${posix.basename(part)}.rels`);
  if (!zip.has(file)) return undefined;
  const relations: Relation[] = [];
  for (const node of readXmlTree(zip.read(file)).children) {
    const [type, target] = [node.attributes.get("Type"), node.attributes.get("Target")];
    if (type === undefined || target === undefined) return []; // openpyxl drops the whole list and goes on
    const external = node.attributes.get("TargetMode") === "External";
    const name = external ? target : target.startsWith("/") ? target.slice(1) : posix.normalize(posix.join(folder, target));
    relations.push({ id: node.attributes.get("Id") ?? `rId${relations.length + 1}`, type, target: name });
  }
  return relations;
}

export interface SheetEntry {
  readonly name: string;
  readonly relation: Relation;
}
export interface WorkbookPart {
  readonly sheets: readonly SheetEntry[];
  /** Day number of serial 0 in this workbook's date system. */
  readonly epoch: number;
}

const SHEET_ATTRIBUTES = new Set(["name", "sheetId", "state", "id"]);
const SHEET_STATES = new Set([undefined, "visible", "hidden", "veryHidden", "none"]);

/** The list of sheets in tab order and the date system. Throws WorkbookError for what openpyxl refuses. */
export function readWorkbookPart(zip: ZipArchive, part: string): WorkbookPart {
  const root = readXmlTree(zip.read(part));
  checkTree(workbookRules, root);
  const flag = lastChild(root, "workbookPr")?.attributes.get("date1904");
  const is1904 = flag !== undefined && !["false", "f", "0", ""].includes(flag);
  const relations = readRelations(zip, part);
  const relationOf = (id: string | undefined) => relations?.findLast((candidate) => candidate.id === id);
  for (const node of lastChild(root, "externalReferences")?.children ?? []) {
    const book = relationOf(node.relationId)?.target ?? "";
    if (!zip.has(book) || !readRelations(zip, book)?.length) throw new WorkbookError("a link to another workbook leads nowhere");
  }
  const sheets: SheetEntry[] = [];
  for (const node of lastChild(root, "sheets")?.children ?? []) {
    const name = required(node, "name");
    required(node, "sheetId");
    integer(node, "sheetId");
    const unknown = [...node.attributes.keys()].find((key) => !SHEET_ATTRIBUTES.has(key));
    if (unknown !== undefined) throw new WorkbookError(`<sheet> has an unknown attribute ${unknown}`);
    if (!SHEET_STATES.has(node.attributes.get("state"))) throw new WorkbookError(`sheet ${name} has an unknown state`);
    const id = node.relationId ?? node.attributes.get("id");
    if (id === undefined || id === "") continue; // openpyxl warns and leaves the sheet out
    const relation = relationOf(id);
    if (relation === undefined) throw new WorkbookError(`sheet ${name} names an unknown relationship ${id}`);
    sheets.push({ name, relation });
  }
  return { sheets, epoch: is1904 ? EPOCH_1904 : EPOCH_1900 };
}

/** Kind of number format of every cell style. Without a stylesheet, or with an empty one, there is one plain style. */
export function readStyles(zip: ZipArchive): readonly FormatKind[] {
  if (!zip.has("xl/styles.xml")) return ["number"];
  const root = readXmlTree(zip.read("xl/styles.xml"));
  checkTree(styleRules, root);
  const custom = new Map<number, string>();
  for (const node of lastChild(root, "numFmts")?.children ?? []) {
    if (node.local !== "numFmt") continue;
    required(node, "numFmtId");
    custom.set(integer(node, "numFmtId") ?? 0, required(node, "formatCode"));
  }
  const xfs = (list: string) => lastChild(root, list)?.children.filter((node) => node.local === "xf") ?? [];
  const styles = xfs("cellXfs").map((node) => formatKindOf(integer(node, "numFmtId") ?? 0, custom));
  return styles.length > 0 ? styles : ["number"];
}

/** Throws WorkbookError where the document properties make openpyxl refuse the file: times that are none. */
export function checkProperties(zip: ZipArchive): void {
  for (const part of ["docProps/core.xml", "docProps/custom.xml"]) {
    if (!zip.has(part)) continue;
    for (const node of readXmlTree(zip.read(part)).children) {
      if (part !== "docProps/core.xml" || !["created", "modified", "lastPrinted"].includes(node.local) || node.text === "") continue;
      const time = fromIsoText(node.text);
      if (typeof time !== "object" || time?.kind !== "datetime") throw new WorkbookError(`property ${node.local} is not an ISO time`);
    }
  }
}
