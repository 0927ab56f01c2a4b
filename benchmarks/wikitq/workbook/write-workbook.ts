/** Small workbooks (ECMA-376, transitional) with equal bytes for equal content: texts and numbers, one bold header row a sheet. */
import { type Part, writeZip } from "./zip-parts.ts";

export type Cell = string | number | null;

export interface Sheet {
  /** At most 31 characters, none of \ / ? * [ ] : */
  readonly name: string;
  /** Row 1 first. Cells that are null or "" are not written. */
  readonly rows: readonly (readonly Cell[])[];
}

const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE = "http://schemas.openxmlformats.org/package/2006";
const OFFICE = "application/vnd.openxmlformats-officedocument.spreadsheetml";
const DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';

/** Longest text a cell holds in Excel. */
const MAX_TEXT = 32_767;

// biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 forbids these characters; the format spells them _xHHHH_.
const FORBIDDEN = /[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

function xml(text: string): string {
  return text
    .slice(0, MAX_TEXT)
    .replace(/_(?=x[0-9A-Fa-f]{4}_)/g, "_x005F_")
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/"/g, "&quot;")
    .replace(/\r/g, "_x000D_")
    .replace(FORBIDDEN, (char) => `_x${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}_`);
}

/** Letters of a column counted from 0. */
export function columnName(column: number): string {
  return column < 26 ? String.fromCharCode(65 + column) : columnName(Math.floor(column / 26) - 1) + String.fromCharCode(65 + (column % 26));
}

function sheetXml(sheet: Sheet, indexOf: (text: string) => number): string {
  const width = Math.max(1, ...sheet.rows.map((row) => row.length));
  const rows = sheet.rows.map((row, r) => {
    const style = r === 0 ? ' s="1"' : "";
    const cells = row.map((cell, c) => {
      if (cell === null || cell === "") return "";
      const at = `${columnName(c)}${r + 1}`;
      return typeof cell === "number"
        ? `<c r="${at}"${style}><v>${cell}</v></c>`
        : `<c r="${at}"${style} t="s"><v>${indexOf(cell)}</v></c>`;
    });
    return `<row r="${r + 1}">${cells.join("")}</row>`;
  });
  const last = `${columnName(width - 1)}${Math.max(1, sheet.rows.length)}`;
  return `${DECLARATION}<worksheet xmlns="${MAIN}"><dimension ref="A1${last === "A1" ? "" : `:${last}`}"/><sheetData>${rows.join("")}</sheetData></worksheet>`;
}

const STYLES = `${DECLARATION}<styleSheet xmlns="${MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`;

/** Bytes of a workbook; the first sheet is the active one. */
export function writeWorkbook(sheets: readonly Sheet[]): Uint8Array {
  const texts = new Map<string, number>();
  const indexOf = (text: string): number => {
    const index = texts.get(text) ?? texts.size;
    texts.set(text, index);
    return index;
  };
  const bodies = sheets.map((sheet) => sheetXml(sheet, indexOf));
  const override = (part: string, type: string): string => `<Override PartName="/xl/${part}" ContentType="${OFFICE}.${type}+xml"/>`;
  const relation = (id: string, type: string, target: string): string =>
    `<Relationship Id="${id}" Type="${RELATIONS}/${type}" Target="${target}"/>`;
  const files: Readonly<Record<string, string>> = {
    "[Content_Types].xml": `${DECLARATION}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${override("workbook.xml", "sheet.main")}${sheets.map((_, i) => override(`worksheets/sheet${i + 1}.xml`, "worksheet")).join("")}${override("styles.xml", "styles")}${override("sharedStrings.xml", "sharedStrings")}</Types>`,
    "_rels/.rels": `${DECLARATION}<Relationships xmlns="${PACKAGE}/relationships">${relation("rId1", "officeDocument", "xl/workbook.xml")}</Relationships>`,
    "xl/workbook.xml": `${DECLARATION}<workbook xmlns="${MAIN}" xmlns:r="${RELATIONS}"><sheets>${sheets.map(({ name }, i) => `<sheet name="${xml(name)}" sheetId="${i + 1}" r:id="rId${i + 1}"/>`).join("")}</sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": `${DECLARATION}<Relationships xmlns="${PACKAGE}/relationships">${sheets.map((_, i) => relation(`rId${i + 1}`, "worksheet", `worksheets/sheet${i + 1}.xml`)).join("")}${relation("rIdStyles", "styles", "styles.xml")}${relation("rIdTexts", "sharedStrings", "sharedStrings.xml")}</Relationships>`,
    ...Object.fromEntries(bodies.map((body, i) => [`xl/worksheets/sheet${i + 1}.xml`, body])),
    "xl/styles.xml": STYLES,
    "xl/sharedStrings.xml": `${DECLARATION}<sst xmlns="${MAIN}" uniqueCount="${texts.size}">${[...texts.keys()].map((text) => `<si><t xml:space="preserve">${xml(text)}</t></si>`).join("")}</sst>`,
  };
  return writeZip(Object.entries(files).map(([name, text]): Part => ({ name, data: Buffer.from(text) })));
}
