import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { comparePublished } from "../score/compare-workbooks.ts";
import { readWorkbook } from "../score/read-workbook.ts";
import { world } from "../world.ts";
import { defaultSample, generateSample } from "./generate.ts";
import { planSample } from "./plan.ts";
import { withoutZipTimes } from "./workbook-file.ts";

interface Row {
  readonly id: number | string;
  readonly instruction: string;
  readonly spreadsheet_path: string;
  readonly instruction_type: string;
  readonly answer_position: string;
}

let root: string;
let rows: readonly Row[];
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "t2s-sample-"));
  await generateSample({ ...defaultSample, dir: join(root, "a") });
  rows = JSON.parse(await readFile(join(root, "a/dataset.json"), "utf8")) as Row[];
});
afterAll(() => rm(root, { recursive: true, force: true }));

const filesOf = async (dir: string) =>
  (await readdir(dir, { recursive: true, withFileTypes: true }))
    .filter((e) => e.isFile())
    .map((e) => join(e.parentPath, e.name))
    .sort();

describe("the generated sample", () => {
  it("has the published layout", async () => {
    expect(rows).toHaveLength(defaultSample.count);
    const names = new Set((await filesOf(join(root, "a"))).map((f) => f.slice(root.length + 3)));
    for (const row of rows) {
      expect(row.spreadsheet_path).toBe(`spreadsheet/${row.id}`);
      expect(typeof row.id).toBe(row.instruction_type.startsWith("Cell") ? "number" : "string");
      for (const kind of ["input", "answer"]) expect(names).toContain(`${row.spreadsheet_path}/1_${row.id}_${kind}.xlsx`);
    }
    const cases = [...names].filter((n) => n.endsWith("_input.xlsx"));
    expect(cases.length).toBeGreaterThan(rows.length);
    expect(cases.some((n) => n.includes("/3_"))).toBe(true);
    expect(names.size).toBe(cases.length * 2 + 1);
  });

  it("is equal byte for byte when generated again, and another one for another seed", async () => {
    await generateSample({ ...defaultSample, dir: join(root, "b") });
    await generateSample({ seed: 8, count: 48, dir: join(root, "c") });
    const [a, b] = await Promise.all(["a", "b"].map((d) => filesOf(join(root, d))));
    expect(b?.map((f) => f.slice(root.length + 2))).toEqual(a?.map((f) => f.slice(root.length + 2)));
    for (const [i, file] of (a ?? []).entries()) expect((await readFile(file)).equals(await readFile(b?.[i] ?? ""))).toBe(true);
    expect(await readFile(join(root, "c/dataset.json"), "utf8")).not.toBe(await readFile(join(root, "a/dataset.json"), "utf8"));
  });

  it("is passed by every gold file and by no untouched start file, under both published scorers", async () => {
    for (const input of (await filesOf(join(root, "a"))).filter((f) => f.endsWith("_input.xlsx"))) {
      const row = rows.find((r) => input.includes(`/${r.id}/`));
      const gold = readWorkbook(await readFile(input.replace("_input", "_answer")));
      const start = readWorkbook(await readFile(input));
      for (const scorer of ["trace2skill", "upstream"] as const) {
        expect(comparePublished(scorer, gold, gold, row?.answer_position ?? ""), input).toMatchObject({ verdict: true });
        expect(comparePublished(scorer, gold, start, row?.answer_position ?? ""), input).toMatchObject({ verdict: false });
      }
    }
  });

  it("tells no family, trap or lesson, and words no two tasks alike", () => {
    const secrets = [
      ...world.families.map((f) => f.id),
      ...world.traps.flatMap((t) => [t.id, t.lesson.id]),
      "trap",
      "hazard",
      "seed",
      "family id",
    ];
    for (const row of rows) for (const secret of secrets) expect(JSON.stringify(row).toLowerCase()).not.toContain(secret);
    expect(new Set(rows.map((r) => r.instruction)).size).toBe(rows.length);
  });
});

describe("the plan of a sample", () => {
  it.each([48, 66, 101])(
    "holds every family in both halves, interleaved, with rare hazards in one or two tasks of a half (%i)",
    (count) => {
      const plan = planSample(5, count);
      const rare = world.traps.filter((t) => t.prevalence === "idiosyncratic").map((t) => t.id);
      for (const half of ["evolve", "test"]) {
        const tasks = plan.filter((t) => t.half === half);
        expect(new Set(tasks.map((t) => t.family))).toEqual(new Set(world.families.map((f) => f.id)));
        for (const id of rare) {
          const hits = tasks.filter((t) => t.hazards.includes(id)).length;
          expect(hits, id).toBeGreaterThanOrEqual(1);
          expect(hits, id).toBeLessThanOrEqual(2);
        }
      }
      expect(plan.slice(0, Math.ceil(count / 2)).every((t) => t.half === "evolve")).toBe(true);
      expect(plan.some((t, i) => i > 1 && t.family === plan[i - 1]?.family && t.family === plan[i - 2]?.family)).toBe(false);
    },
  );
});

describe("refusals", () => {
  it("names a folder that holds something else and leaves it alone", async () => {
    const dir = join(root, "mine");
    await mkdir(dir);
    await writeFile(join(dir, "thesis.docx"), "precious");
    await expect(generateSample({ ...defaultSample, dir })).rejects.toThrow(/holds "thesis.docx"/);
    expect(await readdir(dir)).toEqual(["thesis.docx"]);
  });

  it("wants at least 48 tasks and a whole seed", async () => {
    await expect(generateSample({ seed: 1, count: 10, dir: join(root, "x") })).rejects.toThrow(/from 48/);
    await expect(generateSample({ seed: 1.5, count: 48, dir: join(root, "x") })).rejects.toThrow(/whole number/);
  });

  it("takes no bytes that are no zip", () => {
    expect(() => withoutZipTimes(new Uint8Array(100))).toThrow(/not a zip/);
  });
});
