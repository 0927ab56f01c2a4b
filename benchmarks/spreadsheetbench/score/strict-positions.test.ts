import { describe, expect, it } from "vitest";
import { cellName } from "./cell-reference.ts";
import { readStrictPosition, strictBlock, strictlyEqual, UnreadablePosition } from "./strict-positions.ts";

const titles = ["Sheet1", "b2b, sez, de", "Sub CO's", "Data!x", " lead", "A1", "2022", "Café", "Invoice List", "Sheet 10"];
const size = { maxRow: 20, maxColumn: 8 };

const read = (position: string) =>
  readStrictPosition(position, titles).map((range) => {
    const { firstRow, firstColumn, lastRow, lastColumn } = strictBlock(range, size);
    return `${range.sheet}|${cellName(firstRow, firstColumn)}:${cellName(lastRow, lastColumn)}`;
  });

describe("strict positions", () => {
  it.each([
    ["C5", "Sheet1|C5:C5"],
    ["A1:H12", "Sheet1|A1:H12"],
    ["Sheet1'!A1:F14", "Sheet1|A1:F14"],
    ["'Sheet1!'A1:F14", "Sheet1|A1:F14"],
    ["'Sheet1'!'A2:A85'", "Sheet1|A2:A85"],
    ["'Sheet1!A1:B2','2022!A1:B2'", "Sheet1|A1:B2 2022|A1:B2"],
    ["\u00a0'Sheet1'!C2:C3", "Sheet1|C2:C3"],
    ["'Invoice List‘!A1:G10,'Sheet1'!A1", "Invoice List|A1:G10 Sheet1|A1:A1"],
    ["'b2b, sez, de'!A5:V10", "b2b, sez, de|A5:V10"],
    ["b2b, sez, de!A5,B2", "b2b, sez, de|A5:A5 b2b, sez, de|B2:B2"],
    ["'Sub CO's'!B2:B4", "Sub CO's|B2:B4"],
    ["'Data!x'!A1", "Data!x|A1:A1"],
    ["' lead'!A1", " lead|A1:A1"],
    ["'lead'!A1", " lead|A1:A1"],
    ["A1!B2", "A1|B2:B2"],
    ["2022!A1:B2", "2022|A1:B2"],
    ["sheet1!a1:b2", "Sheet1|A1:B2"],
    ["'Sheet10'!A1", "Sheet 10|A1:A1"],
    ["'Cafe\u0301'!A1", "Café|A1:A1"],
    ["$A$1:$H$12", "Sheet1|A1:H12"],
    ["G12：J15", "Sheet1|G12:J15"],
    ["G4:G6, G11:G13, G20:G22", "Sheet1|G4:G6 Sheet1|G11:G13 Sheet1|G20:G22"],
    ["A:C", "Sheet1|A1:C20"],
    ["B", "Sheet1|B1:B20"],
    ["2:3", "Sheet1|A2:H3"],
    ["A1:", "Sheet1|A1:H20"],
    ["A5:C", "Sheet1|A5:C20"],
    ["A:C3", "Sheet1|A1:C3"],
    ["BD2:308", "Sheet1|BD2:BD308"],
    ["H12:A1", "Sheet1|A1:H12"],
  ])("%s → %s", (position, ranges) => expect(read(position).join(" ")).toBe(ranges));

  it.each([
    ["", /names no cell/],
    [" , ", /names no cell/],
    ["'Missing'!A1", /"Missing", which the gold workbook does not have/],
    ["A1:B2:C3", /no range of cells/],
    ["A0", /no row 0/],
    ["A1048577", /no row/],
    ["XFE1", /no column XFE/],
    ["Sheet1!", /no range of cells/],
    ["hello world", /no range of cells/],
  ])("%j is unreadable", (position, why) => {
    expect(() => read(position)).toThrow(UnreadablePosition);
    expect(() => read(position)).toThrow(why);
  });

  it("refuses a name that fits two sheets", () => {
    expect(() => readStrictPosition("'DATA'!A1", ["Data", "data "])).toThrow(/several sheets/);
  });

  it("lets every value equal itself", () => {
    const huge = { kind: "huge-integer", text: "9".repeat(400) } as const;
    expect(strictlyEqual("nan", "nan")).toBe(true);
    expect(strictlyEqual(huge, { ...huge })).toBe(true);
    expect(strictlyEqual(huge, 1)).toBe(false);
    expect(strictlyEqual({ kind: "date", days: 5 }, { kind: "date", days: 5 })).toBe(true);
    expect(strictlyEqual({ kind: "date", days: 5 }, 5)).toBe(false);
  });
});
