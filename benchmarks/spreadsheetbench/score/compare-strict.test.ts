import { describe, expect, it } from "vitest";
import { brokenReason, compareStrict } from "./compare-strict.ts";
import { comparePublished } from "./compare-workbooks.ts";
import { column, workbook } from "./pack-workbook.fixture.ts";
import { readWorkbook } from "./read-workbook.ts";

const book = (...values: (number | string | null)[]) => readWorkbook(column(...values));

describe("published scorers", () => {
  it("name the first differing cell, column by column", () => {
    const [gold, other] = [book(1, "x", 3), book(1, "y", 4)];
    expect(comparePublished("trace2skill", gold, other, "A1:B3")).toEqual({
      verdict: false,
      message: 'A2 of sheet S: expected "x", got "y"',
    });
    expect(comparePublished("upstream", gold, gold, "A1:B3")).toEqual({ verdict: true, message: "" });
  });

  it("are not slowed down by huge ranges", () => {
    const [gold, other] = [book(1), book(1, null, 2)];
    expect(comparePublished("upstream", gold, gold, "A1:ZZZ1048576").verdict).toBe(true);
    expect(comparePublished("upstream", gold, other, "A1:ZZZ1048576").verdict).toBe(false);
  });

  it("call a case with an integer beyond every float false, as Python's exception does", () => {
    const huge = readWorkbook(workbook({ sheets: { S: `<row><c><v>${"9".repeat(400)}</v></c></row>` } }));
    expect(comparePublished("upstream", huge, huge, "A1")).toMatchObject({
      verdict: false,
      message: expect.stringContaining("int too large"),
    });
    expect(compareStrict(huge, huge, "A1").verdict).toBe(true);
  });

  it("let an open range reach over the cells an earlier range touched", () => {
    const [gold, other] = [book(1), book(1, null, null, 7)];
    expect(comparePublished("trace2skill", gold, other, "A:A").verdict).toBe(true);
    expect(comparePublished("trace2skill", gold, other, "B1:B9,A:A").verdict).toBe(false);
  });
});

describe("strict scorer", () => {
  it("compares what the published ones skip", () => {
    const [gold, other] = [book(1, 2, 3), book(1, 2, 4)];
    for (const position of ["A3:A1", "A1:3", "a1:a3", "$A$1:$A$3", "A", "A:A", "\u00a0'S'!A1:A3"]) {
      expect([position, compareStrict(gold, gold, position).verdict, compareStrict(gold, other, position).verdict]).toEqual([
        position,
        true,
        false,
      ]);
    }
  });

  it("sees rows a candidate has beyond the gold's last one in a whole column", () => {
    expect(compareStrict(book(1), book(1, 2), "A:A")).toMatchObject({ verdict: false, message: expect.stringContaining("A2") });
  });

  it("does not grade an empty region, an unreadable position or a sheet the gold lacks", () => {
    expect(compareStrict(book(1, null, ""), book(5, 6), "A2:A3")).toMatchObject({
      verdict: null,
      message: expect.stringContaining("no value"),
    });
    expect(compareStrict(book(1), book(1), "A1:B2:C3").verdict).toBeNull();
    expect(compareStrict(book(1), book(1), "'T'!A1")).toMatchObject({ verdict: null, message: expect.stringContaining('"T"') });
  });

  it("grades a missing sheet of the candidate as failed", () => {
    const other = readWorkbook(workbook({ sheets: { T: "<row><c><v>1</v></c></row>" } }));
    expect(compareStrict(book(1), other, "A1")).toMatchObject({ verdict: false, message: expect.stringContaining('no worksheet "S"') });
  });

  it("knows broken tasks, by set where they are broken in one only", () => {
    expect(brokenReason("73-45", undefined)).toMatch(/BD2:308/);
    expect(brokenReason("56274", "verified")).toMatch(/authors/);
    expect(brokenReason("56274", "full")).toBeUndefined();
    expect(brokenReason("1", "verified")).toBeUndefined();
    expect(brokenReason(undefined, undefined)).toBeUndefined();
  });
});
