/** Puts new values into cells of a workbook's XML and leaves everything else as it is, byte for byte. */
import type { InputBook, StoredCell } from "./input-book.ts";
import { repack } from "./repack.ts";

/** A number as it is to be written, or a text. */
export type NewValue = { readonly number: string } | { readonly text: string };

const escapeXml = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** The element of one cell with its new value. Style and formula stay; text moves from the shared strings into the cell, so that other cells keep theirs. */
export function cellElement(element: string, cell: Pick<StoredCell, "type" | "formula">, value: NewValue): string {
  const content = "number" in value ? value.number : escapeXml(value.text);
  const inPlace = "number" in value || (cell.formula && cell.type === "str");
  if (inPlace) return element.replace(/(<(?:[\w.-]+:)?v(?:\s[^>]*)?>)[^<]*/, (_, open: string) => `${open}${content}`);
  const open = /^<((?:[\w.-]+:)?)c(\s[^>]*?)?\s*\/?>/.exec(element);
  const prefix = open?.[1] ?? "";
  const attributes = (open?.[2] ?? "").replace(/\st\s*=\s*(?:"[^"]*"|'[^']*')/, "");
  return `<${prefix}c${attributes} t="inlineStr"><${prefix}is><${prefix}t xml:space="preserve">${content}</${prefix}t></${prefix}is></${prefix}c>`;
}

/** The workbook with the new values; undefined when its archive cannot be rewritten. */
export function writeCells(book: InputBook, changes: ReadonlyMap<StoredCell, NewValue>): Uint8Array | undefined {
  const parts = new Map<string, Uint8Array>();
  for (const [i, sheet] of book.sheets.entries()) {
    const pieces: string[] = [];
    let at = 0;
    for (const cell of book.cells) {
      const value = cell.sheet === i ? changes.get(cell) : undefined;
      if (value === undefined) continue;
      pieces.push(sheet.xml.slice(at, cell.from), cellElement(sheet.xml.slice(cell.from, cell.to), cell, value));
      at = cell.to;
    }
    if (pieces.length > 0) parts.set(sheet.part, new TextEncoder().encode(pieces.join("") + sheet.xml.slice(at)));
  }
  return repack(book.bytes, { parts });
}
