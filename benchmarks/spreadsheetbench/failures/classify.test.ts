import { describe, expect, it } from "vitest";
import { utils, type WorkSheet, write } from "xlsx";
import type { Blobs } from "../../../harness/core/contract.ts";
import { sha256 } from "../../../harness/core/json.ts";
import type { Submission, Task } from "../../../harness/core/record.ts";
import { failures } from "./classify.ts";

type Cells = Readonly<Record<string, string | number | null | { readonly f: string }>>;

function workbook(cells: Cells, title = "Data"): Uint8Array {
  const sheet: WorkSheet = { "!ref": "A1:C30" };
  for (const [at, value] of Object.entries(cells)) {
    if (value === null) continue;
    sheet[at] = typeof value === "object" ? { t: "z", f: value.f } : { t: typeof value === "number" ? "n" : "s", v: value };
  }
  const book = utils.book_new();
  utils.book_append_sheet(book, sheet, title);
  return new Uint8Array(write(book, { type: "buffer", bookType: "xlsx" }));
}

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

const many = (value: (i: number) => string | number | null): Cells =>
  Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`B${i + 2}`, value(i)]));
const gold = { A1: "Item", ...many((i) => i + 100) };
const input = { A1: "Item" };

function caseOf(output: Uint8Array, expected: Cells = gold) {
  const file = (path: string, bytes: Uint8Array) => ({ path, blob: put(bytes), bytes: bytes.length });
  const task: Task = {
    id: "1",
    cluster: "1",
    form: "workbook",
    slots: {},
    images: [],
    files: [file("input.xlsx", workbook(input))],
    needs: [],
    flags: [],
    origin: {},
  };
  const sealed = { files: [file("gold.xlsx", workbook(expected))], fields: { answer_position: "Data!B2:B21" } };
  const submission: Submission = { files: [file("output.xlsx", output)], exit: "completed" };
  return [task, sealed, submission, blobs] as const;
}

async function kindOf(output: Uint8Array, expected: Cells = gold): Promise<string | undefined> {
  const found = await failures.classify(...caseOf(output, expected));
  if (found !== undefined) {
    expect(Object.keys(failures.kinds)).toContain(found.kind);
    expect(found.detail).not.toContain("\n");
  }
  return found?.kind;
}

describe("kinds of failure of a workbook", () => {
  it.each([
    { kind: "unreadable-workbook", output: () => new TextEncoder().encode("no workbook") },
    { kind: "missing-sheet", output: () => workbook(gold, "Other") },
    { kind: "untouched", output: () => workbook(input) },
    {
      kind: "uncached-formula",
      output: () => workbook({ ...input, ...Object.fromEntries(Object.keys(many(() => 0)).map((at) => [at, { f: "1+1" }])) }),
    },
    { kind: "empty-cells", output: () => workbook({ ...gold, ...many((i) => (i < 15 ? null : i + 100)) }) },
    { kind: "wrong-type", output: () => workbook({ ...gold, ...many((i) => `item ${i}`) }) },
    { kind: "few-cells", output: () => workbook({ ...gold, B7: 1 }) },
    { kind: "many-cells", output: () => workbook({ ...gold, ...many((i) => i) }) },
  ])("$kind", async ({ kind, output }) => {
    expect(await kindOf(output())).toBe(kind);
  });

  it("extra-cells and wrong-format", async () => {
    const codes = many((i) => (i < 5 ? `00${i}a` : null));
    expect(
      await kindOf(workbook({ ...input, ...codes, ...Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`B${i + 12}`, "x"])) }), {
        ...input,
        ...codes,
      }),
    ).toBe("extra-cells");
    expect(await kindOf(workbook({ ...input, ...many((i) => (i < 5 ? ` ${i}A` : null)) }), { ...input, ...codes })).toBe("wrong-format");
  });

  it("none for an answer that is right, and none without a file", async () => {
    expect(await kindOf(workbook(gold))).toBeUndefined();
  });
});

describe("grids of what differs", () => {
  const gridsOf = (output: Uint8Array, expected?: Cells) => failures.grids?.(...caseOf(output, expected));

  it("begins one row before the first wrong cell, shows ten rows, and counts the whole block", async () => {
    const made = await gridsOf(workbook({ ...gold, B7: 1, B8: null, B21: "<b>x</b>" }));
    expect(made).toEqual([
      {
        title: "Data",
        wrong: 3,
        compared: 20,
        columns: ["B"],
        rows: Array.from({ length: 10 }, (_, i) => {
          const name = String(6 + i);
          const got = { 7: "1", 8: "nothing" }[6 + i];
          return { name, cells: [{ expected: String(104 + i), ...(got === undefined ? {} : { got }) }] };
        }),
      },
    ]);
  });

  it("none for a right answer, an unreadable file and a missing sheet", async () => {
    expect(await gridsOf(workbook(gold))).toEqual([]);
    expect(await gridsOf(new TextEncoder().encode("no workbook"))).toEqual([]);
    expect(await gridsOf(workbook(gold, "Other"))).toEqual([]);
  });
});
