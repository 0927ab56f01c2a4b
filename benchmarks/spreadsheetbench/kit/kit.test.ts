import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Blobs, DataSource, Kit, Sandbox, Task } from "../../../harness/core/contract.ts";
import type { Sealed } from "../../../harness/core/sealed.ts";
import { chooseSandbox } from "../../../harness/sandbox/choose-sandbox.ts";
import { openBlobs } from "../../../harness/store/blobs.ts";
import { spreadsheetbench } from "../index.ts";
import { copySample } from "../sample/shared-sample.fixture.ts";
import { comparePublished } from "../score/compare-workbooks.ts";
import { workbook } from "../score/pack-workbook.fixture.ts";
import { readWorkbook } from "../score/read-workbook.ts";
import { kit } from "./kit.ts";
import { ordinaryLessons, revealingLessons } from "./lessons.fixture.ts";
import { compareAll } from "./run-compare.fixture.ts";

let root: string;
let blobs: Blobs;
let source: DataSource;
const tasks: Task[] = [];
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "t2s-kit-test-"));
  blobs = openBlobs(join(root, "store"));
  source = { dataDir: join(root, "data"), blobs };
  await copySample(join(root, "data", "sample"));
  for await (const task of spreadsheetbench.load("sample/all", source)) tasks.push(task);
}, 60_000);
afterAll(() => rmSync(root, { recursive: true, force: true }));

interface Made {
  readonly position: string;
  readonly gold: Uint8Array;
  readonly input?: Uint8Array;
  readonly instruction?: string;
}

async function make({ position, gold, input = gold, instruction = "Do it." }: Made): Promise<{ task: Task; sealed: Sealed; kit: Kit }> {
  const ref = async (path: string, bytes: Uint8Array) => ({ path, blob: await blobs.put(bytes), bytes: bytes.length });
  const task: Task = {
    id: "48365",
    case: "1",
    cluster: "48365",
    form: "workbook",
    slots: { instruction, answer_position: position },
    images: [],
    files: [await ref("input.xlsx", input)],
    needs: ["shell"],
    flags: [],
    origin: { set: "verified", input: "spreadsheet/48365/1_48365_init.xlsx", gold: "spreadsheet/48365/1_48365_golden.xlsx" },
  };
  const sealed = { files: [await ref("gold.xlsx", gold)], fields: { answer_position: position, gold_name: "1_48365_golden.xlsx" } };
  return { task, sealed, kit: await kit(task, sealed, blobs) };
}

const text = (at: string, value: string) => `<c r="${at}" t="inlineStr"><is><t>${value}</t></is></c>`;
const number = (at: string, value: number) => `<c r="${at}"><v>${value}</v></c>`;
const row = (r: number, ...cells: string[]) => `<row r="${r}">${cells.join("")}</row>`;

/** Reports of candidates against one reference. */
async function reports(position: string, gold: Uint8Array, candidates: readonly (Uint8Array | undefined)[]): Promise<readonly string[]> {
  const made = await make({ position, gold });
  return compareAll(candidates.map((candidate) => ({ kit: made.kit, candidate })));
}

describe("the comparison", () => {
  it("says of reference answers and untouched start files of the sample what the scorer says", async () => {
    const jobs = [];
    const wanted: string[] = [];
    for (const task of tasks.filter((_, i) => i % 6 === 0)) {
      const sealed = await spreadsheetbench.seal(task, source);
      const made = await spreadsheetbench.kit(task, sealed, blobs);
      const gold = await blobs.get(sealed.files[0]?.blob ?? "");
      for (const candidate of [gold, await blobs.get(task.files[0]?.blob ?? "")]) {
        jobs.push({ kit: made, candidate });
        const judged = comparePublished("trace2skill", readWorkbook(gold), readWorkbook(candidate), task.slots.answer_position ?? "");
        wanted.push(`${task.id} ${judged.verdict ? "PASS" : "FAIL"}`);
      }
    }
    const said = (await compareAll(jobs)).map((report, i) => `${wanted[i]?.split(" ")[0]} ${report.slice(0, 4)}`);
    expect(said).toEqual(wanted);
    expect(new Set(wanted.map((w) => w.split(" ")[1]))).toEqual(new Set(["PASS", "FAIL"]));
  });

  it("says of every pair and value in the scorer's own matrix what the scorer says, but for cells SheetJS cannot show", async () => {
    const file = (name: string) => readFileSync(new URL(`../fixtures/positions/${name}`, import.meta.url));
    const names = ["same", "B2_changed_everywhere", "sheet1_C5_changed", "sheet1_moved", "two_sheets_deleted", "unmerged_with_value"];
    const gold = file("gold.xlsx");
    const positions = ["Sheet1!A1:C6", "A1:B3", "'Sheet1'!A:C", "Sheet1!B2:6"].filter(
      (p) => comparePublished("trace2skill", readWorkbook(gold), readWorkbook(gold), p).verdict,
    );
    expect(positions.length).toBeGreaterThan(1);
    const jobs = [];
    for (const position of positions) {
      const made = await make({ position, gold });
      for (const name of names) jobs.push({ kit: made.kit, candidate: file(`${name}.xlsx`) });
    }
    const said = (await compareAll(jobs)).map((report) => report.startsWith("PASS"));
    const wanted = positions.flatMap((position) =>
      names.map((name) => comparePublished("trace2skill", readWorkbook(gold), readWorkbook(file(`${name}.xlsx`)), position).verdict),
    );
    expect(said).toEqual(wanted);
  });

  it("shows every differing cell with both values and kinds, twenty a range, then how many more", async () => {
    const rows = (from: number) =>
      Array.from({ length: 30 }, (_, i) => row(i + 1, number(`A${i + 1}`, from + i), text(`B${i + 1}`, "x"))).join("");
    const [report = ""] = await reports("A1:A30,B1:B5", workbook({ sheets: { S: rows(100) } }), [workbook({ sheets: { S: rows(200) } })]);
    const lines = report.trim().split("\n");
    expect(lines[0]).toBe("FAIL: 30 of 35 cells differ");
    expect(lines).toContain('[FAIL] sheet "S", A1:A30: 30 of 30 cells differ');
    expect(lines).toContain("  A1: expected 100 (number), got 200 (number)");
    expect(lines).toContain("  … and 10 more");
    expect(lines).toContain('[PASS] sheet "S", B1:B5: 0 of 5 cells differ');
    expect(lines.at(-1)).toBe("total: 30 of 35 cells differ in 2 range(s)");
  });

  it("names formulas without a stored value, wrong kinds, and texts that differ in blanks only", async () => {
    const gold = workbook({ sheets: { S: row(1, number("A1", 7), text("B1", "Ann"), text("C1", "left"), number("D1", 1.005)) } });
    const bad = workbook({
      sheets: { S: row(1, '<c r="A1"><f>SUM(B2:B9)</f></c>', text("B1", "ann "), number("C1", 3.25), text("D1", " 1.0 ")) },
    });
    const [report = ""] = await reports("A1:D1", gold, [bad]);
    expect(report).toMatch(/^FAIL: 3 of 4/);
    expect(report).toContain("A1: expected 7 (number), got nothing; the cell holds the formula =SUM(B2:B9) without a stored value");
    expect(report).toMatch(/B1: .*only capitals or blanks around the text differ/);
    expect(report).toMatch(/C1: .*a text is wanted, not a number/);
    expect(report).not.toContain("  D1:");
  });

  it("understands open ranges, names with commas, dollars, reversed corners and parts without a sheet", async () => {
    const positions = [
      ["A:B", "A1:B3", "B3"],
      ["B2:3", "B2:B3", "B3"],
      ["A2:3", "A2:B3", "B3"],
      ["'b2b, sez, de'!A1:B3", "A1:B3", "A2"],
      ["'b2b, sez, de'!B3", "B3", "B3"],
      ["$A$1:$B$3", "A1:B3", "A1"],
      ["b3:a1", "A1:B3", "A1"],
      ["Second!A1,B2:B3", "B2:B3", "B2"],
    ] as const;
    const cells = (at?: string) =>
      [1, 2, 3].map((r) => row(r, ...["A", "B"].map((c) => number(`${c}${r}`, `${c}${r}` === at ? 99 : r)))).join("");
    const book = (at?: string) => workbook({ sheets: { "b2b, sez, de": cells(at), Second: cells() } });
    const jobs = [];
    for (const [position, , changed] of positions) {
      const made = await make({ position, gold: book() });
      jobs.push({ kit: made.kit, candidate: book() }, { kit: made.kit, candidate: book(changed) });
    }
    const said = await compareAll(jobs);
    for (const [i, [position, shown, changed]] of positions.entries()) {
      const [same = "", other = ""] = said.slice(2 * i, 2 * i + 2);
      expect([position, same]).toEqual([position, expect.stringMatching(/^PASS/)]);
      expect(same).toContain(`, ${shown}: 0 of`);
      expect([position, other]).toEqual([position, expect.stringMatching(/^FAIL: 1 of/)]);
      expect(other).toContain(`  ${changed}: expected`);
    }
  });

  it("fails clearly without a file, a workbook, a sheet, a position, or anything to compare", async () => {
    const book = (sheet: string, cells: string) => workbook({ sheets: { [sheet]: cells } });
    const full = book("S", row(1, number("A1", 5)));
    const got = await reports("S!A1", full, [undefined, Buffer.from("text"), book("T", row(1, number("A1", 5)))]);
    expect(got[0]).toMatch(/^FAIL: the candidate is missing: there is no file .*output\.xlsx/);
    expect(got[1]).toMatch(/^FAIL: the candidate .* is no \.xlsx workbook/);
    expect(got[2]).toMatch(/^FAIL/);
    expect(got[2]).toContain('the candidate has no such sheet; it has "T"');
    const elsewhere = await Promise.all(["Nowhere!A1", "S!C3:D9"].map((position) => reports(position, full, [full])));
    expect(elsewhere[0]?.[0]).toMatch(/^FAIL: the position names the sheet "Nowhere"/);
    expect(elsewhere[1]?.[0]).toMatch(/^FAIL: zero cells compared/);
  });
});

describe("in a real sandbox", () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = (await chooseSandbox({ kind: "auto", hidden: [root], unsandboxed: true })).sandbox;
  });

  it("runs from /work/kit with what is there", async () => {
    const task = tasks[0];
    if (task === undefined) throw new Error("no task");
    const sealed = await spreadsheetbench.seal(task, source);
    const made = await spreadsheetbench.kit(task, sealed, blobs);
    const limits = { memoryMb: 1024, diskMb: 256, processes: 64, cpuSeconds: 60, outputBytes: 1 << 20, wallSeconds: 60 };
    await using box = await sandbox.open({ limits });
    for (const file of made.files) await box.put(`/work/kit/${file.path}`, file.bytes);
    await box.put("/work/input.xlsx", await blobs.get(task.files[0]?.blob ?? ""));
    const run = (candidate: string) => box.exec(made.command.replace("{{candidate}}", candidate), { timeoutMs: 30_000 });
    expect(await run("kit/reference.xlsx")).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^PASS/) });
    expect(await run("/work/input.xlsx")).toMatchObject({ exitCode: 1, stdout: expect.stringMatching(/^FAIL/) });
    expect(await run("output.xlsx")).toMatchObject({ exitCode: 1, stdout: expect.stringMatching(/^FAIL: the candidate is missing/) });
  });
});

describe("leaks", () => {
  const rows = [
    row(1, text("A1", "Order Date"), text("B1", "Customer"), text("C1", "Net_Amt_EUR"), text("D1", "Status")),
    row(2, text("A2", "x"), text("B2", "Marlow &amp; Sons"), number("C2", 1234.5), text("D2", "closed")),
    row(3, text("A3", "y"), text("B3", "Okafor"), number("C3", 98_765), text("D3", "open")),
    row(4, text("A4", "z"), text("B4", "HR-0042"), number("C4", 7), text("D4", "Total")),
    row(5, text("A5", "z"), text("B5", "Widget"), number("C5", 0.4567), number("D5", 2024)),
    row(6, `<c r="A6" s="1"><v>45366</v></c>`, number("C6", 5550)),
  ];
  let leaks: Kit["leaks"];
  beforeAll(async () => {
    const gold = workbook({ sheets: { "Q3 Ledger": rows.join(""), Orders: row(1, number("A1", 1)) }, formats: ["yyyy-mm-dd"] });
    leaks = (await make({ position: "'Q3 Ledger'!A2:D6", gold, instruction: "Fill A20:F33 for Widget above 5550." })).kit.leaks;
  });
  const found = (sentence: string) => leaks(sentence).map((leak) => leak.found);

  it.each([
    ["The value is 1,234.50 in that row.", "1,234.50"],
    ["The value is 1234.5 in that row.", "1234.5"],
    ["It comes to € 98 765.", "€ 98 765"],
    ["The share is 45.67%.", "45.67%"],
    ["It is 1.234,50 there.", "1.234,50"],
    ["It is 98.765 in all.", "98.765"],
    ["It weighs 98765kg.", "98765"],
    ["It costs EUR98765.", "EUR98765"],
    ["It is 9.8765e4.", "9.8765e4"],
    ["It is 1\u200b234.5 there.", "1234.5"],
    ["The day is 20240315.", "20240315"],
    ["Sons & Marlow must be kept together.", "sons & marlow"],
    ["marlow  & sons must be kept together", "marlow & sons"],
    ["Customers such as Okafor come twice.", "Okafor"],
    ["Keep `okafor` as it is.", "okafor"],
    ["Codes look like hr-0042.", "hr-0042"],
    ["The date is 15 March 2024.", "15 March 2024"],
    ["The date is 2024-03-15.", "2024-03-15"],
    ["Write to 'Q3 Ledger'!A2:D6.", "A2:D6"],
    ["Write to $A$2:$D$6.", "$A$2:$D$6"],
    ["The last cell is D6.", "D6"],
    ["The Q3 Ledger sheet holds it.", "Q3 Ledger"],
    ["The sheet 'Orders' is empty.", "Orders"],
    ["Sum Net_Amt_EUR by customer.", "Net_Amt_EUR"],
    ["Copy A20:F33 first.", "A20:F33"],
    ["As 1_48365_init.xlsx shows.", "1_48365_init.xlsx"],
    ["In task 48365 the rows are hidden.", "task 48365"],
  ])("%s", (sentence, words) => {
    expect(found(sentence)).toContain(words);
  });

  it.each(revealingLessons)("%s", (sentence, words) => {
    expect(found(sentence).map((w) => w.toLowerCase())).toContain(words.toLowerCase());
  });

  it("lets pass what the instruction says, headings, tiny numbers, years and words that are everywhere", () => {
    expect(found("Rows with 7 units in 2024 are closed; the Total is a Widget above 5550.")).toEqual([]);
    expect(found("Order Date and Customer are headings; orders are sorted by Order Date.")).toEqual([]);
  });

  it("gives each finding once, in the order of the text, with a reason", () => {
    expect(leaks("D6 before 98,765; D6 again, says the ground truth.")).toEqual([
      { found: "D6", why: "is a cell of this task's answer position" },
      { found: "98,765", why: "is a value of the reference answer" },
      { found: "ground truth", why: "names a reference answer, which nobody has when the lesson is used" },
    ]);
  });

  it("finds nothing in ordinary lessons, whatever task of the sample they are held against", async () => {
    expect(ordinaryLessons.length).toBeGreaterThanOrEqual(30);
    const tripped: unknown[] = [];
    for (const task of tasks.filter((_, i) => i % 3 === 0)) {
      const made = await spreadsheetbench.kit(task, await spreadsheetbench.seal(task, source), blobs);
      for (const sentence of ordinaryLessons) for (const leak of made.leaks(sentence)) tripped.push([task.id, leak.found, leak.why]);
    }
    expect(tripped).toEqual([]);
  });

  it("does without workbooks it cannot read", async () => {
    const made = await make({ position: "A1", gold: Buffer.from("no workbook") });
    expect(made.kit.leaks("The gold file has 1,234.50.")).toHaveLength(1);
  });
});
