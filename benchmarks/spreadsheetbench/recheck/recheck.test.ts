import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Blobs, DataSource, Recheck, Task } from "../../../harness/core/contract.ts";
import { sha256 } from "../../../harness/core/json.ts";
import type { Submission } from "../../../harness/core/record.ts";
import { importDataset } from "../../../harness/data/import-dataset.ts";
import { dataManifestSchema } from "../../../harness/data/manifest.ts";
import { openBlobs } from "../../../harness/store/blobs.ts";
import { spreadsheetbench } from "../index.ts";
import { defaultSample } from "../sample/generate.ts";
import { planSample } from "../sample/plan.ts";
import { copySample } from "../sample/shared-sample.fixture.ts";
import { column, workbook } from "../score/pack-workbook.fixture.ts";
import { readWorkbook } from "../score/read-workbook.ts";
import { hardCoded, holds, honestScripts, knowing, passes, runScripts } from "./run-scripts.fixture.ts";

let root: string;
let blobs: Blobs;
let source: DataSource;
let all: Task[];
/** By default one task of every other family, all of them in the long form. */
let tasks: Task[];
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "t2s-recheck-test-"));
  blobs = openBlobs(join(root, "store"));
  source = { dataDir: join(root, "data"), blobs };
  await copySample(join(root, "data", "sample"));
  all = await load("sample/all");
  const families = new Map(planSample(defaultSample.seed, defaultSample.count).map((task) => [String(task.id), task.family]));
  const seen = new Set<string>();
  tasks = all.filter((task) => {
    const family = families.get(task.cluster) ?? "";
    if (process.env.T2S_ACCEPTANCE !== "1" && seen.has(family)) return false;
    seen.add(family);
    return true;
  });
  if (process.env.T2S_ACCEPTANCE !== "1") tasks = tasks.filter((_, i) => i % 2 === 0);
}, 60_000);
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function load(split: string): Promise<Task[]> {
  const found: Task[] = [];
  for await (const task of spreadsheetbench.load(split, source)) found.push(task);
  return found;
}

async function rechecks(task: Task, seed = 1, siblings: readonly Task[] = []): Promise<Recheck[]> {
  const sealed = await spreadsheetbench.seal(task, source);
  const others = await Promise.all(siblings.map(async (t) => ({ task: t, sealed: await spreadsheetbench.seal(t, source) })));
  const found: Recheck[] = [];
  for await (const check of spreadsheetbench.recheck(task, sealed, { seed, siblings: others, blobs })) found.push(check);
  return found;
}

const inputOf = (task: Task): Promise<Uint8Array> => blobs.get(task.files[0]?.blob ?? "");
const cellsOf = (sheets: string) =>
  `JSON.stringify(Object.entries(${sheets}).map(([n, s]) => [n, Object.entries(s).filter(([at]) => at[0] !== "!").map(([at, c]) => [at, c.v])]))`;

describe("on the sample", () => {
  /** Of every task: its rechecks, and how each script does on them. */
  const outcomes: { task: Task; checks: Recheck[]; itself: Record<string, boolean>; held: Record<string, boolean[]> }[] = [];

  beforeAll(async () => {
    const honest = await honestScripts(tasks, blobs);
    const jobs: { script: string; input: Uint8Array; name: string; check: Recheck | undefined; at: number }[] = [];
    for (const [i, task] of tasks.entries()) {
      const checks = await rechecks(task);
      const [input, sealed] = [await inputOf(task), await spreadsheetbench.seal(task, source)];
      const gold = await blobs.get(sealed.files[0]?.blob ?? "");
      const scripts = {
        honest: honest[i] ?? "",
        "hard-coded": knowing(input, hardCoded(gold)),
        "hard-coded for these bytes": knowing(input, hardCoded(gold, 'fs.readFileSync("input.xlsx").toString("base64") === BYTES')),
        "hard-coded for these values": knowing(input, hardCoded(gold, `${cellsOf("before.Sheets")} === ${cellsOf("ORIGINAL")}`)),
        ...Object.fromEntries(
          (["text", "zero", "near"] as const).map((other) => [
            `${other} unless these values`,
            knowing(input, hardCoded(gold, `${cellsOf("onlyKnown(before.Sheets)")} === ${cellsOf("ORIGINAL")}`, other)),
          ]),
        ),
      };
      outcomes.push({ task, checks, itself: {}, held: {} });
      for (const [name, script] of Object.entries(scripts)) {
        jobs.push({ script, input, name, check: undefined, at: i });
        for (const check of checks) jobs.push({ script, input: await inputOf(check.task), name, check, at: i });
      }
    }
    const outputs = await runScripts(jobs);
    const earlier = new Map<string, Submission[]>();
    for (const [n, { name, check, at }] of jobs.entries()) {
      const outcome = outcomes[at];
      if (outcome === undefined) continue;
      const before = earlier.get(`${at} ${name}`) ?? [];
      earlier.set(`${at} ${name}`, before);
      if (check !== undefined) outcome.held[name] = [...(outcome.held[name] ?? []), await holds(check, outputs[n], before, blobs)];
      else outcome.itself[name] = await passes(outcome.task, await spreadsheetbench.seal(outcome.task, source), outputs[n], blobs);
    }
  }, 240_000);

  it("gives every task a neutral change and changed data", () => {
    expect(tasks.length).toBeGreaterThanOrEqual(6);
    for (const { task, checks } of outcomes) {
      const kinds = checks.map((check) => check.expect);
      expect([task.id, kinds.filter((k) => k === "differ").length, kinds.includes("pass")]).toEqual([task.id, 3, true]);
    }
  });

  it("is held by every honest script: nothing is rejected wrongly", () => {
    for (const { task, checks, itself, held } of outcomes) {
      expect([task.id, itself.honest]).toEqual([task.id, true]);
      expect([task.id, checks.filter((_, i) => !held.honest?.[i]).map((check) => check.what)]).toEqual([task.id, []]);
    }
  });

  it.each(["hard-coded", "hard-coded for these bytes", "hard-coded for these values"])("catches the %s answer", (name) => {
    // Values of the original are all there in a file packed otherwise; what tells is a sheet more, which some tasks rule out.
    for (const { task, itself, held, checks } of outcomes) {
      expect([task.id, itself[name]], "it has to be a passing fix in the first place").toEqual([task.id, true]);
      if (name.endsWith("values") && !checks.some((check) => check.what.includes("sheet"))) continue;
      expect([task.id, held[name]?.includes(false)]).toEqual([task.id, true]);
    }
  });

  it.each(["text", "zero", "near"])(
    "refuses a script that knows the original values, whatever sheets are added, and makes up a %s for others",
    (other) => {
      for (const { task, itself, held } of outcomes) {
        const name = `${other} unless these values`;
        expect([task.id, itself[name], held[name]?.includes(false)]).toEqual([task.id, true, true]);
      }
    },
  );

  it("hands on siblings with their own truth, but none that cannot pass", async () => {
    const task = all.find((t) => all.some((other) => other.cluster === t.cluster && other !== t));
    if (task === undefined) throw new Error("no instance with several cases");
    const siblings = all.filter((other) => other.cluster === task.cluster && other !== task);
    const passing = (await rechecks(task, 1, siblings)).slice(0, siblings.length);
    expect(passing.map(({ expect: kind, what, task: t }) => [kind, what, t.id])).toEqual(
      siblings.map((t) => ["pass", `case ${t.case}`, t.id]),
    );
    const broken = siblings.map((t): Task => ({ ...t, flags: ["cannot-pass"] }));
    expect((await rechecks(task, 1, broken)).some(({ what }) => what.startsWith("case"))).toBe(false);
  });

  it("gives equal bytes for equal seeds, others for others, and never the original", async () => {
    const task = tasks[0];
    if (task === undefined) throw new Error("no task");
    const hashes = async (seed: number) => (await rechecks(task, seed)).map((check) => check.task.files[0]?.blob);
    const first = await hashes(5);
    expect(await hashes(5)).toEqual(first);
    const other = await hashes(6);
    expect(other).toHaveLength(first.length);
    expect(other.filter((h) => first.includes(h)).length, "only the sheet that is added is the same").toBeLessThanOrEqual(1);
    expect(new Set([...first, task.files[0]?.blob]).size).toBe(first.length + 1);
    for (const check of await rechecks(task, 5)) expect(sha256(await inputOf(check.task))).toBe(check.task.files[0]?.blob);
  });

  it("shows the changed workbook in the task's preview", async () => {
    const task = tasks[0];
    if (task === undefined) throw new Error("no task");
    const [changed] = (await rechecks(task)).filter((check) => check.expect === "differ");
    expect(changed?.task.slots.spreadsheet_content).not.toBe(task.slots.spreadsheet_content);
    expect(changed?.task.slots.answer_position).toBe(task.slots.answer_position);
  });
});

describe("what is changed", () => {
  async function checksOf(input: Uint8Array, gold: Uint8Array, position: string, instruction = "Do it.") {
    const ref = async (path: string, bytes: Uint8Array) => ({ path, blob: await blobs.put(bytes), bytes: bytes.length });
    const [base] = all;
    if (base === undefined) throw new Error("no task");
    const task: Task = {
      ...base,
      slots: { ...base.slots, instruction, answer_position: position },
      files: [await ref("input.xlsx", input)],
    };
    const sealed = { files: [await ref("gold.xlsx", gold)], fields: { answer_position: position } };
    const found: Recheck[] = [];
    for await (const check of spreadsheetbench.recheck(task, sealed, { seed: 1, siblings: [], blobs })) found.push(check);
    return found;
  }
  const differing = (checks: readonly Recheck[]) => checks.filter((check) => check.expect === "differ");
  const row = (r: number, ...cells: (string | number)[]) =>
    `<row r="${r}">${cells
      .map((value, c) => [`${"ABCDEF"[c]}${r}`, value] as const)
      .map(([at, value]) =>
        typeof value === "number"
          ? `<c r="${at}"><v>${value}</v></c>`
          : value === ""
            ? ""
            : `<c r="${at}" t="inlineStr"><is><t>${value}</t></is></c>`,
      )
      .join("")}</row>`;
  const book = (...rows: string[]) => workbook({ sheets: { S: rows.join("") } });
  const valueAt = async (check: Recheck | undefined, r: number, c: number) => {
    const sheet = check && readWorkbook(await inputOf(check.task)).sheets[0];
    return sheet?.kind === "worksheet" ? sheet.value(r, c) : undefined;
  };

  it("leaves headings, what the instruction names, flags, years and other labels alone, and changes equal values alike", async () => {
    const rows = [
      row(1, "Name", "Region", "Amount", "Year"),
      row(2, "Marlow", "North", 1234.5, 2021),
      row(3, "Okafor", "South", 777.25, 1),
      row(4, " marlow", "North", 1234.5, 500),
    ];
    const checks = differing(
      await checksOf(book(...rows), book(...rows, row(6, "Marlow", "", 2469)), "A6:C6", "Add up North above 500 in row 6."),
    );
    expect(checks).toHaveLength(3);
    const [check] = checks;
    expect(check?.what).toBe("numbers and labels changed");
    expect(await Promise.all([1, 2, 3].map((c) => valueAt(check, 1, c)))).toEqual(["Name", "Region", "Amount"]);
    expect(await Promise.all([2, 3, 4].map((r) => valueAt(check, r, 2)))).toEqual(["North", "South", "North"]);
    expect(await Promise.all([2, 3, 4].map((r) => valueAt(check, r, 4)))).toEqual([2021, 1, 500]);
    const name = String(await valueAt(check, 2, 1));
    expect(name).toMatch(/^[A-Z][a-z]{5}$/);
    expect(name).not.toBe("Marlow");
    expect(await valueAt(check, 4, 1)).toBe(` ${name.toLowerCase()}`);
    expect(await valueAt(check, 3, 1), "a label that is not in the answer").toBe("Okafor");
    expect(await valueAt(check, 2, 3)).not.toBe(1234.5);
    expect(await valueAt(check, 2, 3)).toBe(await valueAt(check, 4, 3));
    expect(check?.sealed.fields.answer_position).toBe("'S'!A6:A6,'S'!C6:C6");
  });

  it("gives no changed data for counts, class labels and constants", async () => {
    const rows = [row(1, "Name", "Amount"), row(2, "Marlow", 120.5), row(3, "Okafor", 77.25), row(4, "Imre", 60)];
    for (const answer of [3, "High", "Total"]) {
      const checks = await checksOf(book(...rows), book(...rows, row(6, answer)), "A6");
      expect(checks.map((check) => check.what)).toEqual(["file packed otherwise", "an unrelated sheet added"]);
    }
  });

  it("takes columns that show wanted or earlier results for no evidence", async () => {
    const body = ["Marlow Ltd", "Okafor Inc", "Imre & Co"].map((name) => name.replace("&", "&amp;"));
    const fill = (head: string, column: "B" | "D", answer = false) =>
      book(
        row(1, "Key", "Name", "Size", head),
        ...body.map((name, i) => row(i + 2, i, answer ? name : "", "x", column === "D" ? name : "")),
        ...(column === "B" && !answer ? body.map((name, i) => row(i + 9, "", name)) : []),
      );
    for (const head of ["Expected", "Plain"]) {
      expect([head, differing(await checksOf(fill(head, "D"), fill(head, "D", true), "B2:B4"))]).toEqual([head, []]);
    }
    expect(differing(await checksOf(fill("Plain", "B"), fill("Plain", "B", true), "B2:B12"))).toEqual([]);
  });

  it("takes small whole numbers for counts, and one figure for what the instruction alone may give", async () => {
    const rows = [row(1, "Name", "Pieces", "Price"), row(2, "Marlow", 12, 34.99), row(3, "Okafor", 17, 0.55), row(4, "Imre", 31, 250.25)];
    const answered = (answer: number) => checksOf(book(...rows), book(...rows, row(6, answer)), "A6", "34.99 less 0.55 of it, please.");
    expect(differing(await answered(31))).toEqual([]);
    expect(differing(await answered(15.75))).toEqual([]);
    expect(differing(await answered(250.25))).toHaveLength(3);
  });

  it("adds no sheet where the task speaks of several, and gives nothing for workbooks it cannot change", async () => {
    const said = async (instruction: string) => (await checksOf(column(5), column(6), "A1", instruction)).map((check) => check.what);
    expect(await said("Do this on every sheet.")).toEqual(["file packed otherwise"]);
    expect(await said("Copy all worksheets.")).toEqual(["file packed otherwise"]);
    expect(await said("Fill the sheet.")).toContain("an unrelated sheet added");
    expect(await checksOf(Buffer.from("text"), column(6), "A1")).toEqual([]);
    expect(await checksOf(column(5), Buffer.from("text"), "A1")).toEqual([]);
  });

  it("changes stored results of formulas and keeps the formulas", async () => {
    const rows = (more = "") =>
      `${row(1, "Item", "Amount")}<row r="2"><c r="B2"><f>1000*2.5</f><v>2500.75</v></c></row>${row(3, "", 4321.5)}${more}`;
    const [check] = differing(await checksOf(book(rows()), book(rows(row(6, 6822.25))), "A6"));
    expect(await valueAt(check, 2, 2)).not.toBe(2500.75);
    const bytes = Buffer.from(check ? await inputOf(check.task) : []);
    expect(bytes.toString("latin1"), "changed parts are stored unpacked").toContain("<f>1000*2.5</f>");
  });
});

const archives = process.env.T2S_DATA_DIR;
const verified = join(archives ?? "", "spreadsheetbench_verified_400/spreadsheetbench_verified_400.tar.gz");

describe.skipIf(archives === undefined || !existsSync(verified))("the verified 400 (needs T2S_DATA_DIR)", () => {
  it("has rechecks for each, for most with changed data; copying the reference is caught, and openpyxl opens every file", async () => {
    await importDataset(dataManifestSchema.parse(spreadsheetbench.datasets), source.dataDir, verified);
    const step = process.env.T2S_ACCEPTANCE === "1" ? 1 : 40;
    const some = (await load("verified/all")).filter((_, i) => i % step === 3 % step);
    const files: string[] = [];
    let changed = 0;
    for (const task of some) {
      const checks = await rechecks(task);
      const gold = await blobs.get((await spreadsheetbench.seal(task, source)).files[0]?.blob ?? "");
      expect([task.id, checks.length > 0 || task.flags.includes("cannot-pass")]).toEqual([task.id, true]);
      const copied = await Promise.all(checks.map((check) => holds(check, gold, [], blobs)));
      const differ = checks.some((check) => check.expect === "differ");
      if (differ) changed += 1;
      expect([task.id, copied.some((held, i) => checks[i]?.expect === "differ" && held)]).toEqual([task.id, false]);
      for (const [i, check] of checks.entries()) {
        files.push(join(root, `${task.id}-${i}.xlsx`));
        writeFileSync(files.at(-1) ?? "", await inputOf(check.task));
      }
    }
    expect(changed / some.length).toBeGreaterThan(0.4);
    const python = "/usr/bin/python3";
    if (!existsSync(python)) return;
    const code = `import sys, warnings, openpyxl
warnings.simplefilter("ignore")
print(sum(1 for f in sys.argv[1:] if openpyxl.load_workbook(f) and openpyxl.load_workbook(f, data_only=True)))`;
    expect(execFileSync(python, ["-c", code, ...files], { encoding: "utf8" }).trim()).toBe(String(files.length));
  }, 600_000);
});
