import { execFile, spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import ExcelJS from "exceljs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import XLSX from "xlsx";

/** The scripts of skills/xlsx-human, run as an agent runs them. */
const scripts = fileURLToPath(new URL("../../skills/xlsx-human/scripts/", import.meta.url));
// The real interpreter, because a test takes PATH away and shims need it.
const python = spawnSync("python3", ["-c", "import sys; print(sys.executable)"], { encoding: "utf8" }).stdout?.trim() ?? "";
const office = spawnSync("soffice", ["--version"], { encoding: "utf8", timeout: 60_000 }).status === 0;

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), "scripts-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

interface Run {
  readonly code: number | null;
  // biome-ignore lint/suspicious/noExplicitAny: the report is asserted member by member
  readonly report: any;
}

function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = execFile(program, args, { env, timeout: 100_000 }, (_, stdout, stderr) => {
      try {
        resolve({ code: child.exitCode, report: JSON.parse(stdout) });
      } catch (cause) {
        reject(new Error(`no report: ${stdout}${stderr}`, { cause }));
      }
    });
  });
}
const recalc = (args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Run> =>
  run(python, [path.join(scripts, "recalc.py"), ...args], env);
const check = (args: readonly string[]): Promise<Run> => run(process.execPath, [path.join(scripts, "check.mjs"), ...args]);

/** A workbook with formulas that have no results, except where `cells` gives one. */
async function workbook(name: string, cells: Readonly<Record<string, ExcelJS.CellValue>>): Promise<string> {
  const book = new ExcelJS.Workbook();
  const sheet = book.addWorksheet("My Data");
  for (const [address, value] of Object.entries(cells)) sheet.getCell(address).value = value;
  sheet.getCell("A1").font = { bold: true, color: { argb: "FFFF0000" } };
  book.addWorksheet("Empty");
  const file = path.join(dir, name);
  await book.xlsx.writeFile(file);
  return file;
}

async function cellsOf(file: string): Promise<XLSX.WorkSheet> {
  return XLSX.read(await readFile(file)).Sheets["My Data"] ?? {};
}

describe.skipIf(python === "")("recalc.py (skipped without python3)", () => {
  describe.skipIf(!office)("with LibreOffice (skipped without soffice)", () => {
    it("stores results of every kind and leaves the rest of the file alone", async () => {
      const file = await workbook("kinds.xlsx", {
        A1: 1,
        A2: 2.5,
        B1: { formula: "A1+A2" },
        B2: { formula: '"<"&A1&" & more"' },
        B3: { formula: "A1<A2" },
        B4: { formula: "DATE(2024,2,29)" },
        B5: { formula: 'IF(A1=1,"",5)' },
        B6: { formula: "A1*10", result: 999 },
      });
      const { code, report } = await recalc([file]);
      expect(report).toMatchObject({ status: "ok", mode: "recalculated", formulas: 6, without_value: 0, errors: {} });
      expect(code).toBe(0);
      const cells = await cellsOf(file);
      expect(["B1", "B2", "B3", "B4", "B5", "B6"].map((a) => cells[a]?.v)).toEqual([3.5, "<1 & more", true, 45351, "", 10]);
      expect(cells.B1?.f).toBe("A1+A2");
      const book = new ExcelJS.Workbook();
      await book.xlsx.readFile(file);
      expect(book.getWorksheet("My Data")?.getCell("A1").font).toMatchObject({ bold: true, color: { argb: "FFFF0000" } });
    });

    it("reports errors, and keeps an old result where the function is unknown", async () => {
      const file = await workbook("errors.xlsx", {
        A1: 0,
        B1: { formula: "1/A1" },
        B2: { formula: "NOSUCHFUNCTION(A1)", result: 7 },
        B3: { formula: "NOSUCHFUNCTION(A1)" },
      });
      const { code, report } = await recalc([file]);
      expect(code).toBe(1);
      expect(report).toMatchObject({
        status: "errors_found",
        errors: { "#DIV/0!": { count: 1, cells: ["My Data!B1"] }, "#NAME?": { count: 1, cells: ["My Data!B3"] } },
        kept: { count: 1, cells: ["My Data!B2"] },
      });
      expect((await cellsOf(file)).B2?.v).toBe(7);
    });

    it("treats a timeout as a failure and does not touch the file", async () => {
      const file = await workbook("slow.xlsx", { A1: { formula: "1+1" } });
      const before = await readFile(file);
      const { code, report } = await recalc([file, "--timeout", "0.05"]);
      expect(code).toBe(4);
      expect(report).toMatchObject({ status: "failed", formulas: 1, without_value: 1 });
      expect(report.message).toMatch(/did not finish within 0\.05 seconds/);
      expect(await readFile(file)).toEqual(before);
      expect((await readdir(dir)).filter((name) => name.includes(".tmp"))).toEqual([]);
    });

    it("fills array formulas, also where the XML has to be replaced as a whole, with several runs at once", async () => {
      const made = await workbook("array.xlsx", { A1: 1, A2: 2, A3: 3, B1: { formula: "SUM(A1:A3)" }, C1: "x" });
      // An array over C1:C3 of which only C1 is in the sheet.
      const edit = [
        "import sys, zipfile, shutil",
        "src, dst = sys.argv[1:3]",
        "a, b = zipfile.ZipFile(src), zipfile.ZipFile(dst, 'w')",
        "for i in a.infolist():",
        "    d = a.read(i).decode('utf-8', 'surrogateescape')",
        "    if i.filename.endswith('sheet1.xml'):",
        '        import re; d = re.sub(r\'<c r="C1"[^>]*>.*?</c>\', \'<c r="C1"><f t="array" ref="C1:C3">A1:A3*2</f></c>\', d)',
        "    b.writestr(i, d.encode('utf-8', 'surrogateescape'))",
        "b.close()",
      ].join("\n");
      const files = [1, 2, 3].map((n) => path.join(dir, `array-${n}.xlsx`));
      for (const file of files) expect(spawnSync(python, ["-c", edit, made, file]).status).toBe(0);
      const runs = await Promise.all(files.map((file) => recalc([file])));
      for (const [i, { code, report }] of runs.entries()) {
        expect(report).toMatchObject({ status: "ok", without_value: 0 });
        expect(report.note).toMatch(/whole file/);
        expect(code).toBe(0);
        const cells = await cellsOf(files[i] ?? "");
        expect(["B1", "C1", "C2", "C3"].map((a) => cells[a]?.v)).toEqual([6, 2, 4, 6]);
      }
    });
  });

  it("says so when LibreOffice is not there, and does not touch the file", async () => {
    const file = await workbook("none.xlsx", { A1: { formula: "1+1" } });
    const before = await readFile(file);
    const { code, report } = await recalc([file], { PATH: dir });
    expect(code).toBe(3);
    expect(report).toMatchObject({ status: "unavailable", without_value: 1 });
    expect(report.message).toMatch(/LibreOffice is not installed/);
    expect(await readFile(file)).toEqual(before);
  });

  it("checks without LibreOffice and without changing anything", async () => {
    const file = await workbook("check.xlsx", {
      A1: { formula: "1+1" },
      A2: { formula: "2+2", result: 4 },
      A3: { error: "#N/A" },
      A4: "=SUM(A1:A2)",
      A5: "= just words",
      A6: "plain",
    });
    const before = await readFile(file);
    const { code, report } = await recalc([file, "--check"], { PATH: dir });
    expect(code).toBe(1);
    expect(report).toMatchObject({
      status: "errors_found",
      mode: "checked",
      formulas: 2,
      without_value: 1,
      cells_without_value: ["My Data!A1"],
      errors: { "#N/A": { count: 1, cells: ["My Data!A3"] } },
    });
    expect(report.texts_like_formulas.cells).toContain("My Data!A4");
    expect(report.texts_like_formulas.cells).not.toContain("My Data!A6");
    expect(await readFile(file)).toEqual(before);
  });

  it.each([
    ["nothing.xlsx", null, /does not exist/],
    ["broken.xlsx", "PK\u0003\u0004 no zip", /not a readable workbook/],
    ["table.csv", "a,b", /not an \.xlsx/],
  ])("refuses %s with a sentence", async (name, content, message) => {
    const file = path.join(dir, name);
    if (content !== null) await writeFile(file, content);
    const { code, report } = await recalc([file]);
    expect(code).toBe(2);
    expect(report.message).toMatch(message);
  });
});

describe("check.mjs", () => {
  it("reports missing results, differences and the values of a range", async () => {
    const date = new Date(Date.UTC(2024, 1, 29));
    const input = await workbook("input.xlsx", { A1: "Name", A2: "x", B2: 5, C2: { formula: "B2*2", result: 10 } });
    const output = await workbook("output.xlsx", { A1: "Name", A2: "x", B2: 6, C2: { formula: "B2*2" }, D2: date, D3: true });
    const { code, report } = await check([output, "--against", input, "--range", "'My Data'!A2:D3"]);
    expect(code).toBe(1);
    expect(report).toMatchObject({
      status: "errors_found",
      formulas: 1,
      without_value: 1,
      cells_without_value: ["My Data!C2"],
      against_input: { sheets_added: [], sheets_missing: [], changed: { "My Data": { count: 4 } } },
      range: {
        sheet: "My Data",
        blank: 4,
        rows: [
          { row: 2, values: ["x", 6, null, "2024-02-29"] },
          { row: 3, values: [null, null, null, true] },
        ],
      },
    });
    expect(report.against_input.changed["My Data"].cells.sort()).toEqual(["B2", "C2", "D2", "D3"]);
  });

  it("is content with a finished workbook", async () => {
    const file = await workbook("done.xlsx", { A1: 1, A2: { formula: "A1*2", result: 2 } });
    expect(await check([file, "--range", "A1:A2"])).toMatchObject({ code: 0, report: { status: "ok", range: { blank: 0 } } });
  });

  it.each([
    [["missing.xlsx"], /cannot be read/],
    [[], /^Call:/],
    [["input.xlsx", "--range", "Nope!A1"], /no sheet "Nope"/],
    [["input.xlsx", "--range", "My Data!A"], /not a range/],
    [["input.xlsx", "--wrong"], /wrong/],
  ])("refuses %j with a sentence", async (args, message) => {
    await workbook("input.xlsx", { A1: 1 });
    const { code, report } = await check(args.map((arg) => (arg.endsWith(".xlsx") ? path.join(dir, arg) : arg)));
    expect(code).toBe(2);
    expect(report.message).toMatch(message);
  });
});
