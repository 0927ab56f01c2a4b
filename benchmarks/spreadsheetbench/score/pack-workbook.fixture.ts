/** Workbooks from raw parts, for tests: valid ones, damaged ones and hostile ones. */
import { crc32, deflateRawSync } from "node:zlib";

export interface PartOptions {
  /** Uncompressed size to claim; as in a bomb or a lie. */
  readonly claim?: number;
  readonly crc?: number;
  readonly flags?: number;
  readonly method?: number;
}
export type Part = string | Uint8Array | (PartOptions & { readonly data: string | Uint8Array });

const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE = "http://schemas.openxmlformats.org/package/2006";
const TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml";

/** A ZIP archive; sizes above 4 GB are claimed through the ZIP64 field. */
export function pack(parts: Readonly<Record<string, Part>>): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const [name, part] of Object.entries(parts)) {
    const options: PartOptions = typeof part === "string" || part instanceof Uint8Array ? {} : part;
    const data = Buffer.from(typeof part === "string" || part instanceof Uint8Array ? part : part.data);
    const packed = deflateRawSync(data);
    const size = options.claim ?? data.length;
    const big = size > 0xfffffffe;
    const extra = big ? Buffer.alloc(12) : Buffer.alloc(0);
    if (big) {
      extra.writeUInt16LE(1, 0);
      extra.writeUInt16LE(8, 2);
      extra.writeBigUInt64LE(BigInt(size), 4);
    }
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(options.flags ?? 0x800, 2);
    fields.writeUInt16LE(options.method ?? 8, 4);
    fields.writeUInt32LE(options.crc ?? crc32(data), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(big ? 0xffffffff : size, 18);
    fields.writeUInt16LE(Buffer.byteLength(name), 22);
    fields.writeUInt16LE(extra.length, 24);
    const local = Buffer.concat([Buffer.from("PK\u0003\u0004", "latin1"), fields, Buffer.from(name), extra, packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    central.push(Buffer.concat([Buffer.from("PK\u0001\u0002\u0014\u0000", "latin1"), fields, tail, Buffer.from(name), extra]));
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write("PK\u0005\u0006", 0, "latin1");
  end.writeUInt16LE(central.length, 8);
  end.writeUInt16LE(central.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}

export interface WorkbookOptions {
  /** Inner XML of the sheets: rows in `<sheetData>`, or, when it begins with "<sheetData" or "<worksheet", as given. */
  readonly sheets: Readonly<Record<string, string>>;
  readonly strings?: readonly string[];
  /** Number format codes; style n + 1 has the n-th of them. Style 0 is plain. */
  readonly formats?: readonly string[];
  readonly date1904?: boolean;
  /** Further or replaced parts. */
  readonly parts?: Readonly<Record<string, Part>>;
}

const sheetXml = (inner: string) =>
  inner.startsWith("<worksheet")
    ? inner
    : `<worksheet xmlns="${MAIN}" xmlns:r="${RELATIONS}">${inner.startsWith("<sheetData") ? inner : `<sheetData>${inner}</sheetData>`}</worksheet>`;

/** The parts of a small workbook, by name. */
export function workbookParts({ sheets, strings = [], formats = [], date1904 = false, parts = {} }: WorkbookOptions): Record<string, Part> {
  const names = Object.keys(sheets);
  const quoted = (text: string) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
  const all: Record<string, Part> = {
    "[Content_Types].xml": `<Types xmlns="${PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPE}.sheet.main+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="${TYPE}.sharedStrings+xml"/></Types>`,
    "xl/workbook.xml": `<workbook xmlns="${MAIN}" xmlns:r="${RELATIONS}"><workbookPr date1904="${date1904 ? 1 : 0}"/><sheets>${names.map((name, i) => `<sheet name="${quoted(name)}" sheetId="${i + 1}" r:id="rId${i + 1}"/>`).join("")}</sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": `<Relationships xmlns="${PACKAGE}/relationships">${names.map((_, i) => `<Relationship Id="rId${i + 1}" Type="${RELATIONS}/worksheet" Target="worksheets/sheet${i + 1}.xml"/>`).join("")}</Relationships>`,
    "xl/sharedStrings.xml": `<sst xmlns="${MAIN}">${strings.map((text) => (text.startsWith("<") ? `<si>${text}</si>` : `<si><t>${quoted(text)}</t></si>`)).join("")}</sst>`,
    "xl/styles.xml": `<styleSheet xmlns="${MAIN}"><numFmts>${formats.map((code, i) => `<numFmt numFmtId="${200 + i}" formatCode="${quoted(code)}"/>`).join("")}</numFmts><cellXfs><xf numFmtId="0"/>${formats.map((_, i) => `<xf numFmtId="${200 + i}"/>`).join("")}</cellXfs></styleSheet>`,
  };
  for (const [i, inner] of Object.values(sheets).entries()) all[`xl/worksheets/sheet${i + 1}.xml`] = sheetXml(inner);
  return { ...all, ...parts };
}

export const workbook = (options: WorkbookOptions): Buffer => pack(workbookParts(options));

/** One sheet "S" with values in column A from row 1: numbers, text, null for no cell. */
export function column(...values: readonly (number | string | null)[]): Buffer {
  const cell = (value: number | string, row: number) =>
    typeof value === "number"
      ? `<row r="${row}"><c r="A${row}"><v>${value}</v></c></row>`
      : `<row r="${row}"><c r="A${row}" t="inlineStr"><is><t>${value}</t></is></c></row>`;
  return workbook({ sheets: { S: values.map((value, i) => (value === null ? "" : cell(value, i + 1))).join("") } });
}

/** A small file whose one sheet holds `megabytes` of cells when unpacked. */
export function swollen(megabytes: number): Buffer {
  const row = `<row>${"<c><v>1</v></c>".repeat(68)}</row>`; // about 1 KB
  return workbook({ sheets: { S: row.repeat(megabytes * 1000) } });
}

/** A small file that keeps a reader busy for minutes: links without a target over millions of cells, again and again. */
export function endless(): Buffer {
  const links = '<hyperlink ref="A1:D1000000"/>'.repeat(5000);
  return workbook({ sheets: { S: `<sheetData><row><c><v>1</v></c></row></sheetData><hyperlinks>${links}</hyperlinks>` } });
}
