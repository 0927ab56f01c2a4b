import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { buildTables } from "./build-tables.ts";
import { generateLedger, type LedgerPlan, planDesign } from "./generate-ledger.fixture.ts";
import { fixed, percent, points, pointsRange, pValue } from "./number-text.ts";
import { displayWidth, manyLines, oneLine, wrapText } from "./plain-text.ts";
import { exampleCard } from "./protocol/card.fixture.ts";
import { renderCsv } from "./render-csv.ts";
import { renderJson } from "./render-json.ts";
import { escapeMarkdown, renderMarkdown } from "./render-markdown.ts";
import { renderTerminal } from "./render-terminal.ts";
import type { ResultTable } from "./result-table.ts";
import { writeReport } from "./write-report.ts";

const plan: LedgerPlan = {
  seed: "render",
  clusters: 24,
  cases: 2,
  arms: { none: 0.3, human: 0.75 },
  solvers: ["big", "small"],
  errored: 0.02,
  simulated: ["model"],
};
const tables = buildTables(generateLedger(plan), planDesign(plan));
const [table] = tables as [ResultTable];

const hostile = '\u001b[31mred\u001b[0m | pipe\n# new *line* <script> [x](http://evil) \u202Egnp.exe "q" =cmd()';
const evilPlan = { ...plan, simulated: [] };
const evilDesign = planDesign(evilPlan, {
  title: hostile,
  arms: [
    { name: "none", label: '=HYPERLINK("http://evil","x")' },
    { name: "human", label: hostile },
  ],
});
const evilRows = generateLedger(evilPlan).map((row) => ({
  ...row,
  ...(row.error === undefined ? {} : { error: { class: hostile, message: hostile } }),
  outcomes: row.outcomes.map((o) =>
    row.task.startsWith("3-") ? { ...o, outcome: { state: "ungraded" as const, scorer: "strict", reason: hostile } } : o,
  ),
}));
const evil = buildTables(evilRows, evilDesign);

/** Characters that act on a terminal or reorder text; line feeds are the renderer's own. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the point of the test
const acting = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/;

describe("numbers in words", () => {
  it("have signs, no negative zero, and honest small p values", () => {
    expect([percent(0.6254), percent(null), points(0.0831), points(-0.0004), points(0), fixed(-0.04, 1)]).toEqual([
      "62.5 %",
      "-",
      "+8.3",
      "0.0",
      "0.0",
      "0.0",
    ]);
    expect(pointsRange({ low: -0.01, high: 0.156 })).toBe("[-1.0, +15.6]");
    expect([pValue(0.5), pValue(0.0042), pValue(0.00001), pValue(null)]).toEqual(["0.500", "0.0042", "<0.0001", "-"]);
  });
});

describe("harmless text", () => {
  it("shows what would act, keeps what is text", () => {
    expect(oneLine("a\u001b[2J\nb\r\tc\u202ed\u200b\ud800é漢👩‍🚀")).toBe("a\\u001b[2J\\nb\\r\\tc\\u202ed\\u200b\\ud800é漢👩\\u200d🚀");
    expect(manyLines("a\r\nb\tc\u0007")).toBe("a\nb\tc\\u0007");
    expect(oneLine("\u{e0041}")).toBe("\\u{e0041}");
    expect(oneLine(oneLine(hostile))).toBe(oneLine(hostile));
  });
  it("measures and wraps by columns", () => {
    expect(displayWidth("漢字a")).toBe(5);
    expect(wrapText("one two three", 7)).toBe("one two\nthree");
    expect(wrapText("abcdefgh", 3)).toBe("abc\ndef\ngh");
    expect(wrapText("漢漢漢", 4)).toBe("漢漢\n漢");
    expect(wrapText("a\n\nb", 5)).toBe("a\n\nb");
  });
});

describe("terminal", () => {
  it.each([40, 60, 80, 120, 200])("fits %d columns", (width) => {
    for (const line of renderTerminal(table, { width, color: false }).split("\n")) expect(displayWidth(line)).toBeLessThanOrEqual(width);
  });
  it("shows every number, marked as simulated, with n, interval, difference and conclusion", () => {
    const text = renderTerminal(table, { width: 160, color: false });
    for (const cell of table.cells) expect(text).toContain(`${percent(cell.estimate)} [`);
    expect(text.match(/\d % \[[\d., ]+\]/g)?.length).toBe(text.match(/\d % \[[\d., ]+\] \(sim\)/g)?.length);
    expect(text).toContain("SIMULATED");
    expect(text).toMatch(/n \d+\/\d+, errored \d+, ungraded 0/);
    expect(text).toMatch(/\+\d+\.\d pp \[\+?-?\d+\.\d, \+\d+\.\d\] p[=<]0\.\d+/);
    expect(text).toContain("better");
    expect(text).toContain("incomplete");
  });
  it("colours only when asked to", () => {
    expect(renderTerminal(table, { width: 120, color: false })).not.toContain("\u001b");
    expect(renderTerminal(table, { width: 120, color: true })).toContain("\u001b[32m");
  });
  it("obeys nothing that a name, reason or error says", () => {
    for (const width of [50, 140]) {
      const text = renderTerminal(evil[0] ?? table, { width, color: false });
      expect(text).not.toMatch(acting);
    }
  });
});

describe("Markdown", () => {
  it("has equal cells in every row of a table and no markup from data", () => {
    const text = renderMarkdown(evil);
    expect(text).not.toMatch(acting);
    expect(text).not.toMatch(/(?<!\\)<(?!br>)/);
    expect(text.match(/^#/gm)?.length).toBe(4);
    for (const block of text.split("\n\n").filter((part) => part.startsWith("|"))) {
      const widths = block.split("\n").map((line) => line.split(/(?<!\\)\|/).length);
      expect(new Set(widths).size).toBe(1);
    }
  });
  it("escapes what GitHub would interpret", () => {
    expect(escapeMarkdown("a|b*c_<d>`e` [f](http://g) www.h.i @j")).toBe("a\\|b\\*c\\_\\<d\\>\\`e\\` [f\\](http\\://g) www\\.h.i \\@j");
    expect(escapeMarkdown("- item")).toBe("\\- item");
    expect(escapeMarkdown("1. item")).toBe("1\\. item");
  });
});

describe("CSV", () => {
  const parse = (text: string): string[][] => {
    const rows: string[][] = [[]];
    for (const [, quoted, bare, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
      rows.at(-1)?.push(quoted === undefined ? (bare ?? "") : quoted.replaceAll('""', '"'));
      if (end === "\r\n") rows.push([]);
    }
    return rows.slice(0, -1);
  };
  it("is rectangular and holds every mean, difference and usage row as plain numbers", () => {
    const [head = [], ...rows] = parse(renderCsv(tables));
    for (const row of rows) expect(row).toHaveLength(head.length);
    const column = (row: readonly string[], name: string) => row[head.indexOf(name)] ?? "";
    const means = rows.filter((row) => column(row, "kind") === "mean");
    expect(means.map((row) => Number(column(row, "estimate")))).toEqual(table.cells.map((cell) => cell.estimate));
    expect(rows.filter((row) => column(row, "kind") === "difference")).toHaveLength(table.comparisons.length);
    expect(rows.filter((row) => column(row, "kind") === "usage")).toHaveLength(table.usage.length);
    expect(new Set(means.map((row) => column(row, "simulated_model_rows"))).has("0")).toBe(false);
  });
  it("writes nothing that a spreadsheet would run, and no raw control characters", () => {
    const named = { ...table, experiment: '=1+1,"x"', split: "+1", scorer: "@SUM(A1)\u001b", benchmark: " -2" };
    const text = renderCsv([named]);
    for (const row of parse(text))
      for (const cell of row) if (cell !== "-" && Number.isNaN(Number(cell))) expect(cell).not.toMatch(/^\s*[=+\-@]/);
    expect(text).toContain(`"'=1+1,""x""",`);
    expect(text.replaceAll("\r\n", "")).not.toMatch(acting);
  });
});

describe("JSON and files", () => {
  it("loses nothing in JSON", () => {
    const protocol = exampleCard();
    const file = { format: "t2s-tables", v: 1, protocol, tables: JSON.parse(JSON.stringify(tables)) };
    expect(JSON.parse(renderJson(tables, undefined, protocol))).toEqual(file);
    expect(JSON.parse(renderJson(tables))).toEqual({ ...file, protocol: null });
    expect(JSON.parse(renderJson(tables)).tables[0].cells).toEqual(table.cells);
  });
  const made: string[] = [];
  afterAll(async () => {
    for (const dir of made) await rm(dir, { recursive: true, force: true });
  });
  it("writes four files, replaces old ones, leaves no others", async () => {
    const dir = await mkdtemp(join(tmpdir(), "t2s-report-"));
    made.push(dir);
    const report = join(dir, "results", "x", "report");
    await writeReport(report, { tables: [] });
    await writeFile(join(report, "tables.md"), "old");
    const paths = await writeReport(report, { tables });
    expect((await readdir(report)).sort()).toEqual(["tables.csv", "tables.json", "tables.md", "tables.tex"]);
    expect(await readFile(paths.markdown, "utf8")).toBe(renderMarkdown(tables));
    expect(await readFile(paths.csv, "utf8")).toBe(renderCsv(tables));
    expect(await readFile(paths.json, "utf8")).toBe(renderJson(tables));
  });
  it("says what is wrong when the place is a file", async () => {
    const dir = await mkdtemp(join(tmpdir(), "t2s-report-"));
    made.push(dir);
    await writeFile(join(dir, "report"), "");
    await expect(writeReport(join(dir, "report"), { tables })).rejects.toThrow(/report/);
  });
});
