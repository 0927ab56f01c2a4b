import { describe, expect, it } from "vitest";
import { StoreError, UsageError } from "../../core/errors.ts";
import type { Lesson } from "../../core/evolution.ts";
import { type BankItem, buildBank, parseBank, renderBank } from "./bank.ts";
import { lexicalEmbedder, termsOf } from "./lexical-embedder.ts";
import { queryText } from "./query-text.ts";
import { renderNotes } from "./render-notes.ts";
import { retrieve } from "./retrieve.ts";
import { cosine, type Embedder } from "./vector.ts";

const lesson = (title: string, type: Lesson["type"] = "success-lesson"): Lesson => ({
  type,
  title,
  description: `About ${title}.`,
  content: `Do ${title}.`,
});
const item = (position: number, taskText: string, more: Partial<BankItem> = {}): BankItem => ({
  position,
  task: `t${position}`,
  taskText,
  episode: `episode-${position}`,
  source: "success",
  lessons: [lesson(`rule ${position}`)],
  ...more,
});

const items = [
  item(0, "Delete all rows in which the amount in column B is blank"),
  item(1, "Look up the price of each product code in the second sheet", {
    source: "error",
    lessons: [lesson("price", "failure-lesson"), lesson("why", "failure-cause")],
  }),
  item(2, "Sum the hours of every employee by month"),
  item(3, "删除金额为空的所有行"),
  item(4, "Supprimer toutes les lignes où le montant est vide"),
];
const bank = await buildBank(items, lexicalEmbedder);

async function find(text: string, k: number, task = "other", cluster?: string): Promise<readonly string[]> {
  const [vector = {}] = await lexicalEmbedder.embed(
    [text],
    bank.entries.map((entry) => entry.text),
  );
  return retrieve(bank, { task, cluster, vector }, k).map(({ entry }) => entry.id);
}

describe("a bank with the lexical embedder", () => {
  it("finds the entries whose tasks are alike, best first", async () => {
    expect((await find("Remove rows with a blank amount", 2))[0]).toBe("m000");
    expect((await find("I am looking up prices by product codes", 5))[0]).toBe("m001");
    expect(await find("monthly sums of an employee's hours", 1)).toEqual(["m002"]);
    expect(await find("Sum hours", 99)).toHaveLength(5);
  });

  it("works in other scripts, and unites spellings of one character", async () => {
    expect(await find("请删除空的行", 1)).toEqual(["m003"]);
    expect(await find("Supprimez les lignes où c'est vide".normalize("NFD"), 1)).toEqual(["m004"]);
    expect(await find("ＤＥＬＥＴＥ　ＲＯＷＳ", 1)).toEqual(["m000"]);
    expect(termsOf("Deleted 2024 rows, 金額合計 of Łódź!")).toEqual(["delet", "2024", "rows", "金額", "額合", "合計", "of", "łódź"]);
  });

  it("orders by id what is equally alike, the unlike included", async () => {
    expect(await find("🤷", 3)).toEqual(["m000", "m001", "m002"]);
    expect(await find("", 2)).toEqual(["m000", "m001"]);
    const twins = await buildBank([item(1000, "same words"), item(7, "same words"), item(20, "same words")], lexicalEmbedder);
    const vector = twins.vectors.get("m007") ?? {};
    expect(retrieve(twins, { task: "x", vector }, 3).map(({ entry }) => entry.id)).toEqual(["m007", "m020", "m1000"]);
  });

  it("never finds a task's own entry, nor one of its cluster where clusters are told", async () => {
    expect(await find(items[0]?.taskText ?? "", 5, "t0")).not.toContain("m000");
    const cases = await buildBank(
      [item(0, "sum hours", { cluster: "a" }), item(1, "sum hours", { cluster: "b" }), item(2, "other")],
      lexicalEmbedder,
    );
    const vector = cases.vectors.get("m000") ?? {};
    expect(retrieve(cases, { task: "t9", cluster: "a", vector }, 3).map(({ entry }) => entry.id)).toEqual(["m001", "m002"]);
    expect(retrieve(await buildBank([item(0, "a")], lexicalEmbedder), { task: "t0", vector }, 1)).toEqual([]);
  });

  it("gives similarities between 0 and 1, and 1 for the same text", async () => {
    const [same = {}] = await lexicalEmbedder.embed(
      [items[2]?.taskText ?? ""],
      items.map((one) => one.taskText),
    );
    const found = retrieve(bank, { task: "x", vector: same }, 5);
    expect(found[0]?.similarity).toBeCloseTo(1, 6);
    for (const { similarity } of found) expect(similarity).toBeGreaterThanOrEqual(0);
  });

  it("keeps failures and successes, leaves causes out, and names who had nothing to say", async () => {
    expect(bank.entries[1]).toMatchObject({ source: "error", lessons: [{ title: "price" }] });
    const silent = item(9, "x", { lessons: [lesson("why", "failure-cause")] });
    expect((await buildBank([...items, silent], lexicalEmbedder)).leftOut).toEqual([silent]);
  });

  it("does not depend on the order of the trajectories", async () => {
    expect((await buildBank([...items].reverse(), lexicalEmbedder)).hash).toBe(bank.hash);
    expect((await buildBank(items.slice(1), lexicalEmbedder)).hash).not.toBe(bank.hash);
  });

  it("refuses an empty bank, a position twice, and a k of nothing", async () => {
    await expect(buildBank([], lexicalEmbedder)).rejects.toThrow(UsageError);
    await expect(buildBank([item(0, "x", { lessons: [lesson("why", "failure-cause")] })], lexicalEmbedder)).rejects.toThrow(UsageError);
    await expect(buildBank([item(0, "x"), item(0, "y")], lexicalEmbedder)).rejects.toThrow(/position 0/);
    expect(() => retrieve(bank, { task: "x", vector: {} }, 0)).toThrow(UsageError);
  });
});

describe("a bank's files", () => {
  it("are one entry and one vector a line, and give the same bank again", () => {
    const files = renderBank(bank);
    expect(files["bank.jsonl"].trimEnd().split("\n")).toHaveLength(5);
    expect(JSON.parse(files["bank.jsonl"].split("\n")[1] ?? "")).toMatchObject({
      id: "m001",
      task: "t1",
      embedder: "lexical@1",
      text: items[1]?.taskText,
    });
    expect(files["bank.vectors.json"]).toMatch(/^"m002": \{"by":0\.\d{1,8},/m);
    const again = parseBank(files);
    expect([again.hash, again.entries, again.vectors]).toEqual([bank.hash, bank.entries, bank.vectors]);
  });

  it("are refused when they were changed or mixed", async () => {
    const files = renderBank(bank);
    const other = renderBank(await buildBank(items.slice(1), lexicalEmbedder));
    for (const broken of [
      { ...files, "bank.vectors.json": other["bank.vectors.json"] },
      { ...files, "bank.jsonl": `${files["bank.jsonl"]}${files["bank.jsonl"].split("\n")[0]}` },
      { ...files, "bank.jsonl": files["bank.jsonl"].replace('"source":"error"', '"source":"luck"') },
      { ...files, "bank.jsonl": "{" },
      { ...files, "bank.jsonl": "" },
    ])
      expect(() => parseBank(broken)).toThrow(StoreError);
    expect(() => parseBank({ ...files, "bank.jsonl": `${files["bank.jsonl"]}{` })).toThrow(/line 6/);
    expect(parseBank({ ...files, "bank.jsonl": files["bank.jsonl"].replace("Do rule 0", "Do rule X") }).hash).not.toBe(bank.hash);
  });

  it("hold dense vectors too, which are not mixed with lexical ones", async () => {
    const dense: Embedder = { id: "dense", embed: async (texts) => texts.map((text) => [text.length, 1 / 3]) };
    const made = await buildBank(items, dense);
    expect(parseBank(renderBank(made)).hash).toBe(made.hash);
    expect(made.vectors.get("m000")).toEqual([56, 0.3333333]);
    expect(() => retrieve(made, { task: "x", vector: { a: 1 } }, 1)).toThrow(TypeError);
    expect(() => cosine([1], [1, 2])).toThrow(/1 and of 2/);
  });
});

describe("renderNotes", () => {
  it("shows the items of each entry, and whether its task was solved", () => {
    const text = renderNotes([
      { source: "error", lessons: [{ ...lesson("Trim keys", "failure-lesson"), content: "Like so:\n\n```js\nx.trim()\n```" }] },
      { source: "success", lessons: [lesson("Count"), lesson("Save")] },
    ]);
    expect(text).toContain("## Note 1, from a task that was not solved");
    expect(text).toContain("## Note 2, from a task that was solved");
    expect(text).toContain("- **Trim keys** About Trim keys.\n  Like so:\n\n  ```js\n  x.trim()\n  ```");
    expect(text).toContain("- **Count** About Count.\n  Do Count.\n- **Save**");
    expect(text).not.toContain("{{");
    expect(renderNotes([])).toBe("");
  });
});

describe("queryText", () => {
  it("takes what is asked and the first lines of content, not paths and positions", () => {
    const slots = {
      working_directory: "/work",
      instruction: "  Sum it up.\n",
      spreadsheet_path: "/work/input.xlsx",
      spreadsheet_content: `h1 | h2\n${"r\n".repeat(20)}`,
      instruction_type: "Cell-Level Manipulation",
      answer_position: "A1",
    };
    expect(queryText({ slots })).toBe("Sum it up.\n\nh1 | h2\nr\nr\nr\nr");
    expect(queryText({ slots: { question: "Who?", page_image: "/work/p.png", table: "a,b" } })).toBe("Who?\n\na,b");
    expect(queryText({ slots: { b: "second", a: "first", c: "/work/x" } })).toBe("first\n\nsecond");
    expect(queryText({ slots: {} })).toBe("");
  });

  it("is cut without tearing a character", () => {
    const text = queryText({ slots: { problem: "😀".repeat(5000) } });
    expect([...text]).toHaveLength(4000);
    expect(Buffer.from(text).toString()).toBe(text);
  });
});
