/** Parity with the official evaluators: the checked-in synthetic suites always, the verdicts on real data where they are at hand. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cellName } from "./cell-reference.ts";
import { type CellValue, describeValue, timeText } from "./cell-value.ts";
import { comparePublished, type ScorerId } from "./compare-workbooks.ts";
import { gradeStream } from "./grade-stream.ts";
import { readWorkbook, type Workbook } from "./read-workbook.ts";

const fixtures = new URL("../fixtures/", import.meta.url);
const fixture = (path: string): Workbook => readWorkbook(readFileSync(new URL(path, fixtures)));
const expected = (path: string) => JSON.parse(readFileSync(new URL(path, fixtures), "utf8"));

/** A value as Python's repr shows it; strings are left out, their quoting being a matter of its own. */
function pythonRepr(value: CellValue): string | undefined {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "string") return undefined;
  if (typeof value === "number") return String(value);
  const date = () => describeValue(value).slice(0, 10).split("-").map(Number).join(", ");
  const time = (micros: number) => {
    const [h = 0, m = 0, s = 0] = timeText(micros).slice(0, 8).split(":").map(Number);
    const us = micros % 1_000_000;
    return us > 0 ? [h, m, s, us] : s > 0 ? [h, m, s] : [h, m];
  };
  switch (value.kind) {
    case "datetime":
      return `datetime.datetime(${date()}, ${time(value.micros).join(", ")})`;
    case "date":
      return `datetime.date(${date()})`;
    case "time":
      return `datetime.time(${time(value.micros).join(", ")})`;
    case "duration":
      return `datetime.timedelta(${value.days === 0 ? "" : `days=${value.days}, `}seconds=${value.micros / 1_000_000})`;
    case "huge-integer":
      return value.text;
  }
}

describe("synthetic matrix", () => {
  const { encodings, verdicts, verdicts1904 } = expected("matrix/expected.json") as {
    encodings: [string, string, string][];
    verdicts: string[];
    verdicts1904: string[];
  };

  it.each([
    ["candidate.xlsx", 1],
    ["candidate_1904.xlsx", 2],
  ] as const)("reads all 120 encodings of %s as openpyxl does", (file, which) => {
    const [sheet] = fixture(`matrix/${file}`).sheets;
    if (sheet?.kind !== "worksheet") throw new Error("no sheet");
    const wrong = encodings.flatMap((encoding, i) => {
      const value = sheet.value(1, i + 1);
      const shown = pythonRepr(value);
      const wanted = encoding[which];
      const text = JSON.parse(
        `"${wanted
          .slice(1, -1)
          .replaceAll('"', '\\"')
          .replaceAll("\\'", "'")
          .replace(/\\x(..)/g, "\\u00$1")}"`,
      ) as string;
      const same = shown === undefined ? value === text : Number(shown) === Number(wanted) || shown === wanted;
      return same ? [] : [{ encoding, read: shown ?? value }];
    });
    expect(wrong).toEqual([]);
  });

  it.each([
    ["candidate.xlsx", verdicts, 14_400],
    ["candidate_1904.xlsx", verdicts1904, 4_200],
  ])("gives the official verdict for every pair of %s", (file, rows, count) => {
    const [gold, candidate] = [fixture("matrix/gold.xlsx"), fixture(`matrix/${file}`)];
    let compared = 0;
    const wrong: string[] = [];
    for (const [g, row] of rows.entries()) {
      for (const [c, wanted] of [...row].entries()) {
        if (wanted === ".") continue;
        compared += 1;
        const { verdict } = comparePublished("upstream", gold, candidate, cellName(g + 1, c + 1));
        if (verdict !== (wanted === "1")) wrong.push(`${encodings[g]?.[0]} against ${encodings[c]?.[0]}: ${verdict}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(compared).toBe(count);
  });
});

describe("synthetic positions", () => {
  const suite = expected("positions/expected.json") as Record<string, Record<string, string>>;
  it.each([
    ["upstream", 0],
    ["trace2skill", 1],
  ] as const)("gives the official verdict of %s for every spelling", (scorer, digit) => {
    const gold = fixture("positions/gold.xlsx");
    const variants = new Map<string, Workbook>();
    const wrong: string[] = [];
    let compared = 0;
    for (const [position, byVariant] of Object.entries(suite)) {
      for (const [variant, wanted] of Object.entries(byVariant)) {
        const candidate = variants.get(variant) ?? fixture(`positions/${variant}.xlsx`);
        variants.set(variant, candidate);
        compared += 1;
        const { verdict } = comparePublished(scorer, gold, candidate, position);
        if (verdict !== (wanted[digit] === "1")) wrong.push(`${JSON.stringify(position)} on ${variant}: ${verdict}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(compared).toBe(549);
  });
});

const golden = process.env.T2S_GOLDEN_DIR;
const data = process.env.T2S_DATA_DIR;
const acceptance = process.env.T2S_ACCEPTANCE === "1";
const missing = golden === undefined || data === undefined;

describe.skipIf(missing)(`official verdicts on real data${missing ? " (T2S_GOLDEN_DIR and T2S_DATA_DIR are not set)" : ""}`, () => {
  interface Row {
    readonly id: string;
    readonly dataset?: string;
    readonly gold_file?: string;
    readonly candidate_file: string;
    readonly verdict: boolean;
    readonly t2s_verdict: boolean;
  }
  const goldenDir = join(golden ?? "", "spreadsheetbench");
  let folder = "";
  const sets: Record<string, string> = {};

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "t2s-parity-"));
    for (const [set, place] of [
      ["verified_400", "spreadsheetbench_verified_400"],
      ["all_912", "spreadsheetbench_912_dev_half"],
    ] as const) {
      const archive = readdirSync(join(data ?? "", place)).find((name) => name.endsWith(".tar.gz")) ?? "";
      const into = mkdtempSync(join(folder, "set-"));
      execFileSync("tar", ["-xzf", join(data ?? "", place, archive), "-C", into, "--strip-components=1"]);
      sets[set] = join(into, "spreadsheet");
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Every `step`-th instance of a suite: whole instances, so that the readers' cache works as it does in a full run. */
  function rowsOf(suite: string, step: number): readonly Row[] {
    const rows: Row[] = readFileSync(join(goldenDir, `${suite}_verdicts.jsonl`), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    const ids = [...new Set(rows.map((row) => `${row.dataset} ${row.id}`))];
    const chosen = new Set(ids.filter((_, i) => i % step === 0));
    return rows.filter((row) => step === 1 || chosen.has(`${row.dataset} ${row.id}`));
  }

  const sample = acceptance ? 1 : 12;
  const suites = [
    ["positions", "upstream", 1],
    ["positions", "trace2skill", 1],
    ["mutated", "upstream", 1],
    ["mutated", "trace2skill", 1],
    ["matrix", "upstream", acceptance ? 1 : 20],
    ["dataset", "upstream", sample],
    ["dataset", "trace2skill", sample],
  ] as const;

  function lineOf(suite: string, row: Row): string {
    const under = (set: string | undefined, file: string) => (set === undefined ? file : join(sets[set] ?? "", file));
    const gold = suite === "matrix" ? "matrix/gold.xlsx" : under(row.dataset, row.gold_file ?? "");
    const candidate = suite === "dataset" ? under(row.dataset, row.candidate_file) : row.candidate_file;
    return JSON.stringify({ ...row, gold_file: gold, candidate_file: candidate });
  }

  /** Verdicts that differ from the official ones, by suite: all suites of a scorer in one stream, for its reader processes start but once. */
  async function disagreements(scorer: ScorerId): Promise<ReadonlyMap<string, { readonly rows: number; readonly wrong: unknown[] }>> {
    const rows = suites.flatMap(([suite, of, step]) => (of === scorer ? rowsOf(suite, step).map((row) => ({ suite, row })) : []));
    async function* lines(): AsyncGenerator<string> {
      for (const { suite, row } of rows) yield lineOf(suite, row);
    }
    const found = new Map<string, { rows: number; wrong: unknown[] }>();
    let at = 0;
    for await (const line of gradeStream(lines(), { root: goldenDir, scorer })) {
      const { suite, row } = rows[at] ?? {};
      at += 1;
      const result = JSON.parse(line);
      const wanted = scorer === "upstream" ? row?.verdict : row?.t2s_verdict;
      const of = found.get(suite ?? "") ?? { rows: 0, wrong: [] };
      found.set(suite ?? "", of);
      of.rows += 1;
      if (result.id !== row?.id || result.verdict !== wanted) of.wrong.push({ row, result });
    }
    expect(at).toBe(rows.length);
    return found;
  }

  const results = new Map<ScorerId, Awaited<ReturnType<typeof disagreements>>>();
  beforeAll(async () => {
    for (const scorer of ["upstream", "trace2skill"] as const) results.set(scorer, await disagreements(scorer));
  }, 900_000);

  it.each(suites)("%s verdicts of %s (one instance in %d; T2S_ACCEPTANCE=1 takes all)", (suite, scorer, step) => {
    const { rows = 0, wrong } = results.get(scorer)?.get(suite) ?? {};
    expect(wrong).toEqual([]);
    expect(rows).toBe(rowsOf(suite, step).length);
    expect(rows).toBeGreaterThan(100);
  });
});
