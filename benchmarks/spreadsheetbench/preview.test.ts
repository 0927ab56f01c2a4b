import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { utils, type WorkBook, write } from "xlsx";
import { previewOf, pythonRepr, pythonStr } from "./preview.ts";
import { openPreviewPool } from "./preview-pool.ts";

const bytes = (workbook: WorkBook): Buffer => write(workbook, { type: "buffer", bookType: "xlsx" });

function sheets(...tables: readonly unknown[][][]): WorkBook {
  const workbook = utils.book_new();
  for (const [i, rows] of tables.entries()) utils.book_append_sheet(workbook, utils.aoa_to_sheet(rows, { cellDates: true }), `S${i + 1}`);
  return workbook;
}

describe("previewOf", () => {
  it("shows five rows as Python tuples of strings and counts the rest", () => {
    const rows = Array.from({ length: 12 }, (_, i) => [`r${i + 1}`, i, i % 2 === 0, null, 0.1 * i]);
    expect(previewOf(bytes(sheets(rows)))).toBe(
      [
        "('r1', '0', 'True', '', '0')",
        "('r2', '1', 'False', '', '0.1')",
        "('r3', '2', 'True', '', '0.2')",
        "('r4', '3', 'False', '', '0.30000000000000004')",
        "('r5', '4', 'True', '', '0.4')",
        "... (7 more rows)",
      ].join("\n"),
    );
  });

  it("starts at A1, shows a single column as a one-tuple and an empty sheet as one empty cell", () => {
    const offset = utils.book_new();
    utils.book_append_sheet(offset, utils.sheet_add_aoa({}, [["x"]], { origin: "B2" }), "S");
    expect(previewOf(bytes(offset))).toBe("('', '')\n('', 'x')");
    expect(previewOf(bytes(sheets([["only"]])))).toBe("('only',)");
    expect(previewOf(bytes(sheets([])))).toBe("('',)");
  });

  it("leaves out columns that are empty in all shown rows when the sheet is very wide", () => {
    const workbook = sheets([["a", "b"], ["c"]]);
    const sheet = workbook.Sheets.S1;
    if (!sheet) throw new Error("no sheet");
    utils.sheet_add_aoa(sheet, [["far"]], { origin: "XFD9" });
    expect(previewOf(bytes(workbook))).toBe(
      "('a', 'b')\n('c', '')\n('', '')\n('', '')\n('', '')\n[columns 3 to 16384 are empty in these rows and not shown]\n... (4 more rows)",
    );
    const full = previewOf(bytes(sheets([Array.from({ length: 16_384 }, (_, i) => `value ${i}`)])));
    expect(full.length).toBeLessThan(61_000);
    expect(full).toMatch(/ \[\d+ more characters not shown\]$/);
  });

  it("gives a notice for what is no workbook", () => {
    expect(previewOf(Buffer.from("PK but no more"))).toMatch(/^\[No preview: the workbook cannot be read \(.+\)\]$/);
    expect(previewOf(bytes(sheets([["x".repeat(100)]])).subarray(0, 300))).toMatch(/^\[No preview/);
  });
});

describe("Python's spelling", () => {
  it.each([
    [5, "5"],
    [-0.5, "-0.5"],
    [1e15, "1000000000000000"],
    [1e16, "1e+16"],
    [1.5e-5, "1.5e-05"],
    [0.0001, "0.0001"],
    [1e-100, "1e-100"],
    [1.7976931348623157e308, "1.7976931348623157e+308"],
    [Number.POSITIVE_INFINITY, "inf"],
  ])("str(%d) is %s", (value, text) => expect(pythonStr(value)).toBe(text));

  it("covers every kind of cell value", () => {
    expect(pythonStr({ kind: "datetime", days: 44_197, micros: 0 })).toBe("2021-01-01 00:00:00");
    expect(pythonStr({ kind: "datetime", days: 44_197, micros: 34_200_500_000 })).toBe("2021-01-01 09:30:00.500000");
    expect(pythonStr({ kind: "date", days: 44_197 })).toBe("2021-01-01");
    expect(pythonStr({ kind: "time", micros: 34_200_000_000 })).toBe("09:30:00");
    expect(pythonStr({ kind: "duration", days: 0, micros: 5_400_000_000 })).toBe("1:30:00");
    expect(pythonStr({ kind: "duration", days: 1, micros: 43_200_000_000 })).toBe("1 day, 12:00:00");
    expect(pythonStr({ kind: "duration", days: -2, micros: 0 })).toBe("-2 days, 0:00:00");
    expect(pythonStr(null)).toBe("");
  });

  it("quotes and escapes as repr does", () => {
    expect(
      ["it's", 'say "x"', `both ' and "`, "back\\slash", "a\nb\tc\r", "\u00a0\u200b\u00ad", "é漢😀", "\u0007\u{e0001}"].map(pythonRepr),
    ).toEqual([
      `"it's"`,
      `'say "x"'`,
      `'both \\' and "'`,
      "'back\\\\slash'",
      "'a\\nb\\tc\\r'",
      "'\\xa0\\u200b\\xad'",
      "'é漢😀'",
      "'\\x07\\U000e0001'",
    ]);
  });
});

describe("openPreviewPool", () => {
  it("gives what previewOf gives, many at once, and ends its children", async () => {
    const books = Array.from({ length: 20 }, (_, i) => bytes(sheets([[`book ${i}`]])));
    await using pool = openPreviewPool({ size: 2 });
    expect(await Promise.all(books.map((b, i) => pool.preview(b, `b${i}`)))).toEqual(books.map((b) => previewOf(b)));
  });

  it("turns a workbook that takes too long into a sentence, and goes on with the next", async () => {
    const big = bytes(sheets(Array.from({ length: 60_000 }, (_, i) => [i, i + 1, i + 2, i + 3, i + 4])));
    await using pool = openPreviewPool({ size: 1, timeoutMs: 1 });
    await expect(pool.preview(big, "big.xlsx")).rejects.toThrow(/big\.xlsx cannot be previewed: reading it took more than 0\.001 s/);
    await using patient = openPreviewPool({ size: 1 });
    expect(await patient.preview(bytes(sheets([["x"]])), "x.xlsx")).toBe("('x',)");
  });
});

it("keeps the preview's revision and its golden together", () => {
  // A change of these strings is a change of every prompt: bump previewRev with it.
  const source = readFileSync(new URL("./preview.ts", import.meta.url), "utf8");
  expect(/previewRev = (\d+)/.exec(source)?.[1]).toBe("1");
  expect(
    previewOf(
      bytes(
        sheets([
          ["a", 1.5, true],
          [null, "it's"],
        ]),
      ),
    ),
  ).toBe(`('a', '1.5', 'True')\n('', "it's", '')`);
});
