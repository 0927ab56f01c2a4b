import { readFile } from "node:fs/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { utils, write } from "xlsx";
import { docvqa } from "../../../benchmarks/docvqa/index.ts";
import { math } from "../../../benchmarks/math/index.ts";
import { spreadsheetbench } from "../../../benchmarks/spreadsheetbench/index.ts";
import type { Blobs } from "../../core/contract.ts";
import { sha256 } from "../../core/json.ts";
import type { Task } from "../../core/record.ts";
import { type AuditedTask, auditSkills, type SkillAudit } from "./audit-skills.ts";
import { kindOfLeak } from "./find-matches.ts";
import type { EvolvedText } from "./skill-text.ts";
import { tokensIn } from "./task-words.ts";

const stored = new Map<string, Uint8Array>();
const put = (bytes: Uint8Array): string => {
  const hash = sha256(bytes);
  stored.set(hash, bytes);
  return hash;
};
const blobs: Blobs = {
  get: async (hash) => stored.get(hash) ?? new Uint8Array(),
  put: async (bytes) => put(bytes),
  has: async (hash) => stored.has(hash),
};

function workbook(rows: readonly (readonly (string | number)[])[], sheet: string): Uint8Array {
  const book = utils.book_new();
  utils.book_append_sheet(book, utils.aoa_to_sheet(rows.map((row) => [...row])), sheet);
  return new Uint8Array(write(book, { type: "buffer", bookType: "xlsx" }));
}

const people = ["Ada Okafor", "Mei Lindqvist", "Ivan Petrova", "Rosa Delgado", "Nadia Kolar", "Tara Owusu", "Paul Vogt", "Lena Girard"];

/** A spreadsheet task with data of its own. */
function taskOf(n: number, use: AuditedTask["use"]): AuditedTask {
  const sheet = `Ledger ${n} North`;
  const data = [
    ["Name", "Total"],
    ...Array.from({ length: 5 }, (_, i) => [`${people[(n + i) % 8]} ${n}${i}x`, 1000 * n + 137.41 * (i + 1)]),
  ];
  const file = (path: string, bytes: Uint8Array) => ({ path, blob: put(bytes), bytes: bytes.length });
  const task: Task = {
    id: `${9000 + n}`,
    cluster: `${9000 + n}`,
    form: "workbook",
    slots: {
      instruction: `In region ${n} please bring every wandering ledger entry of department number ${n} back to where its owner sits`,
    },
    images: [],
    files: [file("input.xlsx", workbook([["Name", "Total"]], sheet))],
    needs: [],
    flags: [],
    origin: { input: `spreadsheet/${n}/dept_${n}7_export.xlsx` },
  };
  const sealed = { files: [file("gold.xlsx", workbook(data, sheet))], fields: { answer_position: `'${sheet}'!A2:B6` } };
  return { benchmark: "spreadsheetbench", split: use === "evolve" ? "s/evolve" : "s/test", use, task, sealed };
}

const evolve = Array.from({ length: 6 }, (_, i) => taskOf(i + 1, "evolve"));
const measured = Array.from({ length: 6 }, (_, i) => taskOf(i + 11, "measure"));

/** A skill whose lines were all learned from the first evolve task. */
function skillOf(lines: readonly string[], start: readonly string[] = []): EvolvedText {
  return {
    arm: "evolved",
    seed: "s41",
    dir: "",
    hash: "0".repeat(64),
    lines: [
      ...start.map((text, i) => ({ file: "SKILL.md", line: i + 1, text, edit: null })),
      ...lines.map((text, i) => ({ file: "SKILL.md", line: start.length + i + 1, text, edit: "e1" })),
    ],
    tasksOf: new Map([["e1", ["9001"]]]),
  };
}

const audit = async (skill: EvolvedText, tasks = [...evolve, ...measured]): Promise<SkillAudit> => {
  const [found] = await auditSkills([skill], tasks, { benchmarks: { spreadsheetbench }, blobs });
  if (found === undefined) throw new Error("no audit");
  return found;
};

describe("planted leaks", () => {
  it.each([
    {
      what: "an answer of the task it was learned from",
      line: "Write Mei Lindqvist 10x first.",
      severity: "high",
      kind: "answer",
      task: "9001",
    },
    {
      what: "a number of its answer, in another spelling",
      line: "The sum is 1.137,41 as a rule.",
      severity: "high",
      kind: "answer",
      task: "9001",
    },
    { what: "an answer of a measured task", line: "Write Rosa Delgado 110x first.", severity: "high", kind: "answer", task: "9011" },
    { what: "an answer of another evolve task", line: "Write Ivan Petrova 20x first.", severity: "medium", kind: "answer", task: "9002" },
    { what: "a sheet's name", line: "Look at Ledger 1 North before all.", severity: "medium", kind: "constant", task: "9001" },
    { what: "a file's name", line: "Such as dept_117_export.xlsx has.", severity: "medium", kind: "constant", task: "9011" },
    {
      what: "words of a measured instruction",
      line: "Please bring every wandering ledger entry of department number 11 back.",
      severity: "medium",
      kind: "quote",
      task: "9011",
    },
    { what: "talk about a reference", line: "Compare with the reference answer.", severity: "low", kind: "wording", task: "9001" },
  ])("$what", async ({ line, severity, kind, task }) => {
    const { findings } = await audit(skillOf(["Keep the header row.", line]));
    const hit = findings.find((one) => one.kind === kind && one.tasks.some((other) => other.task === task));
    expect(hit).toMatchObject({ severity, line: 2, file: "SKILL.md", edit: "e1" });
    expect(findings.filter((one) => one.line !== 2)).toEqual([]);
  });

  it("are found in lines of a skill without lineage, too, as of a task the evolution saw", async () => {
    const skill = { ...skillOf([]), lines: [{ file: "SKILL.md", line: 1, text: "Write Mei Lindqvist 10x first." }] };
    expect((await audit(skill)).findings).toMatchObject([{ severity: "medium", tasks: [{ task: "9001", relation: "seen" }] }]);
  });
});

describe("what is no leak", () => {
  it("is what the start skill said already; that counts as chance", async () => {
    const found = await audit(skillOf(["Look at Ledger 1 North."], ["Ledger 1 North is an example."]));
    expect(found.findings).toEqual([]);
    expect(found.byChance).toBe(1);
  });

  it("belongs to more than a few tasks", async () => {
    const { findings } = await audit(skillOf(["Read Ledger North and every ledger entry."]));
    expect(findings).toEqual([]);
  });

  it("is how people write about versions, ranges, dates and sizes", () => {
    const text =
      "openpyxl 3.1.3, 2.5.1-rc, A1:B20, $C$12, 2024-01-31, 1,048,576 rows, 10th, 65536, 100000, e.g., x/y, e2e, Node 20.19, read-to-end";
    expect(tokensIn(text)).toEqual([]);
    expect(tokensIn("case 00828-zz in dept_17_x, 48213977").map(({ token }) => token)).toEqual(["00828-zz", "dept_17_x", "48213977"]);
  });

  describe("in a skill written without any task in view", () => {
    let lines: string[] = [];
    beforeAll(async () => {
      const files = ["skills/xlsx-human/SKILL.md", "skills/xlsx-parametric/SKILL.md"];
      const texts = await Promise.all(files.map((file) => readFile(new URL(`../../../${file}`, import.meta.url), "utf8")));
      lines = texts.join("\n").split("\n");
    });
    it("is anything", async () => {
      expect(lines.length).toBeGreaterThan(100);
      const { counts, findings } = await audit(skillOf(lines));
      expect(findings.map(({ found, why }) => `${found}: ${why}`)).toEqual([]);
      expect(counts).toEqual({ high: 0, medium: 0, low: 0 });
    });
  });
});

describe("clauses of the benchmarks' leak checks", () => {
  it("are told apart by their words", async () => {
    const base = { case: undefined, cluster: "p_1", form: "direct", images: [], files: [], needs: [], flags: [] };
    const page: Task = { ...base, id: "55555", slots: { question: "What is the date of the letter?" }, origin: { page: "abcd0123_1" } };
    const kits = [
      await docvqa.kit(page, { files: [], fields: { answers: ["Henrik Solberg Larsen"] } }),
      await math.kit({ ...page, slots: { problem: "Find it." } }, { files: [], fields: { answer: "48213" } }),
    ];
    const whys = kits.flatMap((kit) =>
      kit.leaks("Henrik Solberg Larsen wrote 48213, says the ground truth of task 55555.").map(({ why }) => why),
    );
    expect(whys.length).toBeGreaterThan(3);
    expect(new Set(whys.map(kindOfLeak))).toEqual(new Set(["answer", "wording", "constant"]));
  });
});
