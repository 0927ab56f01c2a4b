import { readManifest, readWorkbookPart } from "../score/package-parts.ts";
import { DEFAULT_LIMITS } from "../score/read-workbook.ts";
import { decodeXml } from "../score/xml-events.ts";
import { XmlError } from "../score/xml-names.ts";
import { openZip, WorkbookError } from "../score/zip-archive.ts";

const formulaCell = /<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,3}\d{1,7})"[^>]*?>\s*<(?:\w+:)?f[\s>/]/g;

/** Names (B3) of the cells of a sheet that hold a formula, with or without a stored value; none where the workbook or the sheet cannot be read. */
export function formulaCells(bytes: Uint8Array, title: string): ReadonlySet<string> {
  try {
    const zip = openZip(bytes, DEFAULT_LIMITS);
    const { sheets } = readWorkbookPart(zip, readManifest(zip).workbook);
    const part = sheets.find(({ name }) => name === title)?.relation.target;
    if (part === undefined || !zip.has(part)) return new Set();
    return new Set([...decodeXml(zip.read(part)).matchAll(formulaCell)].map((match) => match[1] ?? ""));
  } catch (error) {
    if (error instanceof WorkbookError || error instanceof XmlError) return new Set();
    throw error;
  }
}
