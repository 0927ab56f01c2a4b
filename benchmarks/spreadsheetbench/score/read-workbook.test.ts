import { describe, expect, it } from "vitest";
import { column, type Part, pack, swollen, workbook, workbookParts } from "./pack-workbook.fixture.ts";
import { readWorkbook } from "./read-workbook.ts";
import type { SheetCells } from "./sheet-cells.ts";
import { WorkbookError } from "./zip-archive.ts";

function sheetOf(bytes: Uint8Array, index = 0): SheetCells {
  const sheet = readWorkbook(bytes).sheets[index];
  if (sheet?.kind !== "worksheet") throw new Error("no worksheet there");
  return sheet;
}
/** Values of column A. */
const columnA = (bytes: Uint8Array, rows: number) => Array.from({ length: rows }, (_, i) => sheetOf(bytes).value(i + 1, 1));
const rows = (inner: string) => workbook({ sheets: { S: inner }, strings: ["zero", "one"], formats: ["yyyy-mm-dd", "[h]:mm"] });

describe("cells", () => {
  it("refuses references to names that only every object has", () => {
    for (const name of ["constructor", "__proto__", "toString", "hasOwnProperty"])
      expect(() => readWorkbook(rows(`<row><c t="inlineStr"><is><t>&${name};</t></is></c></row>`))).toThrow(WorkbookError);
  });

  it("reads values by their type", () => {
    const cells = [
      "<c><v>5</v></c>",
      '<c t="s"><v>1</v></c>',
      '<c t="s"><v>-1</v></c>',
      '<c t="b"><v>1</v></c>',
      '<c t="e"><v>#N/A</v></c>',
      '<c t="str"><f>A1</f><v>x &amp; y</v></c>',
      '<c t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r><rPh sb="0" eb="1"><t>c</t></rPh></is></c>',
      "<c><f>1+1</f></c>",
      '<c t="str"><v></v></c>',
      '<c s="1"><v>45000</v></c>',
      '<c s="1"><v>9e9</v></c>',
      '<c t="d"><v>2023-03-15</v></c>',
      `<c><v>1${"0".repeat(400)}</v></c>`,
      "<c><v>1e400</v></c>",
    ];
    expect(columnA(rows(cells.map((cell) => `<row>${cell}</row>`).join("")), cells.length)).toEqual([
      5,
      "one",
      "one",
      true,
      "#N/A",
      "x & y",
      "ab",
      null,
      null,
      { kind: "datetime", days: 45000, micros: 0 },
      "#VALUE!",
      { kind: "date", days: 45000 },
      { kind: "huge-integer", text: `1${"0".repeat(400)}` },
      Number.POSITIVE_INFINITY,
    ]);
  });

  it("keeps text as it is written", () => {
    const strings = [
      "ab_x000D_c",
      "ab_x005F_x000D_c",
      "<t> lead</t>",
      "<t>a&#13;&#10;b</t>",
      "<t>a\r\nb</t>",
      "<t>x<!-- -->y</t>",
      "<t><![CDATA[<z>]]></t>",
    ];
    const inner = strings.map((_, i) => `<row><c t="s"><v>${i}</v></c></row>`).join("");
    expect(columnA(workbook({ sheets: { S: inner }, strings }), strings.length)).toEqual([
      "ab_x000D_c",
      "ab_x000D_c",
      " lead",
      "a\r\nb",
      "a\nb",
      "xy",
      "<z>",
    ]);
  });

  it("places cells without a reference after the one before and lets later ones replace earlier ones", () => {
    const sheet = sheetOf(
      rows('<row r="3"><c r="B3"><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row><row r="3"><c r="B3"><v>9</v></c></row>'),
    );
    expect([sheet.value(3, 2), sheet.value(3, 3), sheet.value(4, 1)]).toEqual([9, 2, 3]);
  });

  it("counts cells without a value, merged ranges, links and comments for the size of the sheet", () => {
    const sheetXml = (tail: string) => `<sheetData><row><c><v>1</v></c></row></sheetData>${tail}`;
    const size = (bytes: Uint8Array) => [sheetOf(bytes).maxRow, sheetOf(bytes).maxColumn];
    expect(size(rows(""))).toEqual([1, 1]);
    expect(size(rows('<row r="7"><c r="D7" s="1"/></row>'))).toEqual([7, 4]);
    expect(size(rows(sheetXml('<mergeCells><mergeCell ref="C2:E9"/></mergeCells>')))).toEqual([9, 5]);
    expect(size(rows(sheetXml('<hyperlinks><hyperlink ref="F3" location="x"/></hyperlinks>')))).toEqual([3, 6]);
    const relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const parts: Record<string, Part> = {
      "xl/worksheets/_rels/sheet1.xml.rels": `<Relationships><Relationship Id="rId1" Type="${relations}/comments" Target="../comments1.xml"/></Relationships>`,
      "xl/comments1.xml": '<comments><commentList><comment ref="B12"/></commentList></comments>',
    };
    expect(size(workbook({ sheets: { S: "<row><c><v>1</v></c></row>" }, parts }))).toEqual([12, 2]);
  });

  it("drops what lies under a merged range and gives a linked empty cell its target", () => {
    const merged = sheetOf(
      rows('<sheetData><row><c><v>1</v></c><c><v>2</v></c></row></sheetData><mergeCells><mergeCell ref="A1:B1"/></mergeCells>'),
    );
    expect([merged.value(1, 1), merged.value(1, 2)]).toEqual([1, null]);
    const linked = sheetOf(
      rows('<sheetData><row><c><v>1</v></c></row></sheetData><hyperlinks><hyperlink ref="A1:B2" location="S!A1"/></hyperlinks>'),
    );
    expect([linked.value(1, 1), linked.value(2, 2)]).toEqual([1, "S!A1"]);
  });

  it("understands prefixes, other encodings and byte-order marks", () => {
    const main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const prefixed = `<x:worksheet xmlns:x="${main}"><x:sheetData><x:row><x:c><x:v>4</x:v></x:c></x:row></x:sheetData></x:worksheet>`;
    const parts = workbookParts({ sheets: { S: "" } });
    expect(columnA(pack({ ...parts, "xl/worksheets/sheet1.xml": prefixed }), 1)).toEqual([4]);
    const utf16 = Buffer.from(`\ufeff<?xml version="1.0" encoding="UTF-16"?>${prefixed}`, "utf16le");
    expect(columnA(pack({ ...parts, "xl/worksheets/sheet1.xml": utf16 }), 1)).toEqual([4]);
    const strict = prefixed.replace(main, "http://purl.oclc.org/ooxml/spreadsheetml/main");
    expect(columnA(pack({ ...parts, "xl/worksheets/sheet1.xml": strict }), 1)).toEqual([null]); // so does openpyxl
  });
});

describe("files that cannot be read", () => {
  const parts = workbookParts({ sheets: { S: "<row><c><v>1</v></c></row>" } });
  const sheet = "xl/worksheets/sheet1.xml";
  const good = pack(parts);
  const cut = good.subarray(0, good.length - 40);
  const without = (name: string) => pack(Object.fromEntries(Object.entries(parts).filter(([part]) => part !== name)));
  const styled = (xml: string) => pack({ ...parts, "xl/styles.xml": xml });
  const ole = Buffer.concat([Buffer.from("d0cf11e0a1b11ae1", "hex"), Buffer.alloc(4096)]);

  it.each<[string, Uint8Array, RegExp]>([
    ["an empty file", new Uint8Array(), /not a zip file/],
    ["text", Buffer.from("a,b\n1,2\n"), /not a zip file/],
    ["an old .xls or an encrypted workbook", ole, /not a zip file/],
    ["a file cut off", cut, /not a zip file/],
    ["a directory that lies about its place", Buffer.concat([cut, good.subarray(-22)]), /central directory|magic number/],
    ["a zip without a workbook", pack({ "a.txt": "x" }), /Content_Types/],
    ["a wrong content type", pack({ "[Content_Types].xml": "<Types/>" }), /no valid workbook part/],
    ["no sheet part's relation", pack({ ...parts, "xl/_rels/workbook.xml.rels": "<Relationships/>" }), /unknown relationship/],
    ["no shared strings", without("xl/sharedStrings.xml"), /sharedStrings/],
    ["a wrong checksum", pack({ ...parts, [sheet]: { data: "<a/>", crc: 1 } }), /CRC/],
    ["a part that is longer than declared", pack({ ...parts, [sheet]: { data: "x".repeat(99), claim: 5 } }), /longer than declared/],
    ["ten gigabytes declared", pack({ ...parts, [sheet]: { data: "x", claim: 10 * 2 ** 30 } }), /limit is/],
    ["a password", pack({ ...parts, [sheet]: { data: "<a/>", flags: 1 } }), /password/],
    ["an unknown compression", pack({ ...parts, [sheet]: { data: "<a/>", method: 99 } }), /method 99/],
    ["a document type", pack({ ...parts, [sheet]: '<!DOCTYPE x [<!ENTITY a "b">]><worksheet/>' }), /document type/],
    ["crossed tags", pack({ ...parts, [sheet]: "<a><b></a></b>" }), /mismatched/],
    ["an open tag", pack({ ...parts, [sheet]: "<a><b></b>" }), /never closed/],
    ["an unknown entity", pack({ ...parts, [sheet]: "<a>&nbsp;</a>" }), /undefined entity/],
    ["a forbidden character", pack({ ...parts, [sheet]: "<a>\u0001</a>" }), /forbidden character/],
    ["a reference to one", pack({ ...parts, [sheet]: "<a>&#1;</a>" }), /invalid character/],
    ["broken UTF-8", pack({ ...parts, [sheet]: Buffer.from([0x3c, 0x61, 0x3e, 0xff, 0x3c, 0x2f, 0x61, 0x3e]) }), /utf-8/],
    ["an unbound prefix", pack({ ...parts, [sheet]: "<a:b/>" }), /unbound prefix/],
    ["a repeated attribute", pack({ ...parts, [sheet]: '<a b="1" b="2"/>' }), /duplicate/],
    ["NaN in a number cell", rows("<row><c><v>NaN</v></c></row>"), /not a number/],
    ["a word in a boolean cell", rows('<row><c t="b"><v>true</v></c></row>'), /not a boolean/],
    ["a date that is none", rows('<row><c t="d"><v>2023-02-30</v></c></row>'), /not an ISO date/],
    ["a missing shared string", rows('<row><c t="s"><v>7</v></c></row>'), /no shared string 7/],
    ["a missing style", rows('<row><c s="9"><v>7</v></c></row>'), /no cell style 9/],
    ["an absolute cell reference", rows('<row><c r="$A$1"><v>7</v></c></row>'), /not a cell/],
    ["a broken merged range", rows('<sheetData/><mergeCells><mergeCell ref="C3:A1"/></mergeCells>'), /cannot|merged/],
    ["a colour with #", styled('<styleSheet><fonts><font><color rgb="#FF0000"/></font></fonts></styleSheet>'), /rgb="#FF0000"/],
    [
      "an unknown comparison",
      rows('<sheetData/><conditionalFormatting><cfRule type="cellIs" operator="like"/></conditionalFormatting>'),
      /operator="like"/,
    ],
    ["a sheet name with a slash", workbook({ sheets: { "a/b": "" } }), /Invalid character/],
  ])("%s", (_, bytes, why) => {
    expect(() => readWorkbook(bytes)).toThrow(WorkbookError);
    expect(() => readWorkbook(bytes)).toThrow(why);
  });

  it("stops unpacking a bomb at the limit", () => {
    const limits = { partBytes: 2 ** 20, totalBytes: 2 ** 21 };
    expect(() => readWorkbook(swollen(2), limits)).toThrow(/limit is 1048576/);
    const parts = { ...workbookParts({ sheets: { S: "" } }), "xl/styles.xml": "<styleSheet/>".padEnd(2 ** 20) };
    expect(() => readWorkbook(pack(parts), { ...limits, totalBytes: 2 ** 20 })).toThrow(/more than 1048576/);
    expect(readWorkbook(column(1), limits).sheets).toHaveLength(1);
  });

  it("reads what stands behind other bytes, and repeated sheet names", () => {
    expect(columnA(Buffer.concat([Buffer.alloc(100), good]), 1)).toEqual([1]);
    const names = '<sheet name="S" sheetId="1" r:id="rId1"/><sheet name="s" sheetId="2" r:id="rId1"/>';
    const twice = String(parts["xl/workbook.xml"]).replace(/<sheet .*\/>(?=<\/sheets>)/, names);
    expect(readWorkbook(pack({ ...parts, "xl/workbook.xml": twice })).sheets.map((s) => s.title)).toEqual(["S", "s1"]);
  });
});
