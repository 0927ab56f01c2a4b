/** An unrelated sheet at the end of a workbook. */
import { posix } from "node:path";
import type { InputBook } from "./input-book.ts";
import { repack } from "./repack.ts";

const RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml";

const cell = (at: string, text: string) => `<c r="${at}" t="inlineStr"><is><t>${text}</t></is></c>`;
const sheetXml = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<worksheet xmlns="${MAIN}"><sheetData><row r="1">${cell("A1", "Printed by the office.")}</row><row r="2">${cell("A2", "No further remarks.")}</row></sheetData></worksheet>`;

/** `text` with `insertion` before the last occurrence of the end tag; undefined when there is none. */
function beforeEnd(text: string, tag: string, insertion: (prefix: string) => string): string | undefined {
  const match = [...text.matchAll(new RegExp(`</((?:[\\w.-]+:)?)${tag}\\s*>`, "g"))].at(-1);
  return match === undefined ? undefined : text.slice(0, match.index) + insertion(match[1] ?? "") + text.slice(match.index);
}

/** The workbook with the sheet behind all others; undefined when its parts are not in the usual form. */
export function withExtraSheet(book: InputBook): Uint8Array | undefined {
  const { zip, workbookPart } = book;
  const folder = posix.dirname(workbookPart);
  const relations = posix.join(folder, "_rels", `${posix.basename(workbookPart)}.rels`);
  const names = new Set(book.values.sheets.map((sheet) => sheet.title.toLowerCase()));
  const title = ["Printing", "Office remarks", "Remarks of the office"].find((name) => !names.has(name.toLowerCase()));
  const part = posix.join(folder, "worksheets", "sheet9001.xml");
  if (title === undefined || !zip.has(relations) || zip.has(part)) return undefined;
  const read = (name: string) => new TextDecoder().decode(zip.read(name));
  const list = read(workbookPart);
  const ids = [...list.matchAll(/\ssheetId\s*=\s*["'](\d+)["']/g)].map((match) => Number(match[1]));
  const relation = /\sxmlns:([\w.-]+)\s*=\s*["']http:\/\/schemas\.openxmlformats\.org\/officeDocument\/2006\/relationships["']/.exec(
    list,
  )?.[1];
  if (relation === undefined || read(relations).includes('"rIdExtra"')) return undefined;
  const texts = [
    [
      workbookPart,
      beforeEnd(list, "sheets", (p) => `<${p}sheet name="${title}" sheetId="${Math.max(0, ...ids) + 1}" ${relation}:id="rIdExtra"/>`),
    ],
    [
      relations,
      beforeEnd(
        read(relations),
        "Relationships",
        (p) => `<${p}Relationship Id="rIdExtra" Type="${RELATION}/worksheet" Target="/${part}"/>`,
      ),
    ],
    [
      "[Content_Types].xml",
      beforeEnd(read("[Content_Types].xml"), "Types", (p) => `<${p}Override PartName="/${part}" ContentType="${CONTENT_TYPE}"/>`),
    ],
    [part, sheetXml],
  ] as const;
  const parts = new Map<string, Uint8Array>();
  for (const [name, text] of texts) {
    if (text === undefined) return undefined;
    parts.set(name, new TextEncoder().encode(text));
  }
  return repack(book.bytes, { parts });
}
