import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Task } from "../../../harness/core/record.ts";
import { math } from "../index.ts";
import { noBlobs } from "../world/bench.fixture.ts";
import { world } from "../world.ts";
import { defaultSample, generateSample } from "./generate.ts";
import { makers, planSample } from "./plan.ts";

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "t2s-math-sample-"));
  await generateSample({ ...defaultSample, dir: join(root, "sample") });
});
afterAll(() => rm(root, { recursive: true, force: true }));

const source = () => ({ dataDir: root, blobs: noBlobs });

async function tasksOf(split: string): Promise<readonly Task[]> {
  const tasks: Task[] = [];
  for await (const task of math.load(split, source())) tasks.push(task);
  return tasks;
}

describe("the generated sample", () => {
  it("is equal byte for byte when generated again, and another one for another seed", async () => {
    const bytes = async (name: string) => readFile(join(root, name, "sample.jsonl"), "utf8");
    await generateSample({ ...defaultSample, dir: join(root, "again") });
    await generateSample({ seed: 12, count: 64, dir: join(root, "other") });
    expect(await bytes("again")).toBe(await bytes("sample"));
    expect(await bytes("other")).not.toBe(await bytes("sample"));
    expect(await readdir(root)).toEqual(["again", "other", "sample"]);
  });

  it("has its halves as splits, every family in both, and no text twice", async () => {
    const [evolve, test, all] = [await tasksOf("sample/evolve"), await tasksOf("sample/test"), await tasksOf("sample/all")];
    expect([evolve.length, test.length, all.length]).toEqual([64, 64, 128]);
    expect([...evolve, ...test].map((t) => t.id)).toEqual(all.map((t) => t.id));
    expect(evolve.every((t) => t.flags.includes("in-evolve-split")) && !test.some((t) => t.flags.length > 0)).toBe(true);
    expect(new Set(all.map((t) => t.slots.problem)).size).toBe(128);
    for (const half of ["evolve", "test"] as const) {
      const families = planSample(defaultSample.seed, defaultSample.count).filter((p) => p.half === half);
      for (const { family } of makers) expect(families.filter((p) => p.family === family)).toHaveLength(4);
    }
    expect(math.splits.filter((s) => s.synthetic).map((s) => s.id)).toEqual([
      "sample/evolve",
      "sample/test",
      "sample/contest",
      "sample/all",
    ]);
    const contest = await tasksOf("sample/contest");
    expect(contest.map((t) => t.id)).toEqual(test.slice(32).map((t) => t.id));
    expect(
      new Set(
        planSample(defaultSample.seed, defaultSample.count)
          .slice(96)
          .map((p) => p.family),
      ).size,
    ).toBe(makers.length);
  });

  it("tells no family, trap or seed", async () => {
    const text = await readFile(join(root, "sample", "sample.jsonl"), "utf8");
    for (const id of [...world.families.map((f) => f.id), ...world.traps.map((t) => t.id)].filter((one) => one.includes("-")))
      expect(text).not.toContain(id);
    for (const line of text.trim().split("\n")) expect(Object.keys(JSON.parse(line) as object)).toEqual(["id", "problem", "answer"]);
  });

  it("is passed by every reference answer and by no empty one, under every scorer", async () => {
    for (const task of await tasksOf("sample/all")) {
      const sealed = await math.seal(task, source());
      for (const scorer of Object.values(math.scorers)) {
        const state = async (submission: ReturnType<typeof math.nop>) => {
          const outcome = await scorer.score(task, sealed, submission, noBlobs);
          return outcome.state === "graded" ? outcome.score.passed : outcome.reason;
        };
        expect(await state(math.oracle(task, sealed)), `${scorer.id} ${task.id}`).toBe(true);
        expect(await state(math.nop(task)), `${scorer.id} ${task.id}`).toBe(false);
      }
    }
  });

  it("counts as the problems say", () => {
    const problems = planSample(5, 640).map((p) => p.draft);
    const matching = (expression: RegExp) =>
      problems.flatMap(({ text, answer }) => {
        const found = expression.exec(text);
        return found === null ? [] : [{ found: found.slice(1).map(Number), answer: Number(answer) }];
      });
    const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);
    for (const {
      found: [limit = 0, a = 1, b = 1],
      answer,
    } of matching(/from \$1\$ to \$(\d+)\$ are divisible by \$(\d+)\$ or by \$(\d+)\$/))
      expect(upTo(limit).filter((n) => n % a === 0 || n % b === 0)).toHaveLength(answer);
    for (const {
      found: [d = 1, a = 0, b = 0],
      answer,
    } of matching(/multiples of \$(\d+)\$ lie strictly between \$(\d+)\$ and \$(\d+)\$/))
      expect(upTo(b - 1).filter((n) => n > a && n % d === 0)).toHaveLength(answer);
    for (const {
      found: [product = 1],
      answer,
    } of matching(/unordered pairs of positive integers have the product \$(\d+)\$/))
      expect(upTo(product).filter((x) => product % x === 0 && x <= product / x)).toHaveLength(answer);
    for (const {
      found: [sum = 0],
      answer,
    } of matching(/\$(\d+)\$ be written as a sum of two positive integers, if the order/))
      expect(upTo(sum - 1).filter((x) => x <= sum - x)).toHaveLength(answer);
    for (const {
      found: [a = 0, second = 0, z = 0],
      answer,
    } of matching(/terms does the arithmetic sequence \$(\d+), (\d+), \d+, \\ldots, (\d+)\$/))
      expect(upTo(z).filter((n) => n >= a && (n - a) % (second - a) === 0)).toHaveLength(answer);
    const orders = (digits: string): readonly string[] =>
      digits === "" ? [""] : [...new Set(digits)].flatMap((digit) => orders(digits.replace(digit, "")).map((rest) => digit + rest));
    for (const { text, answer } of problems) {
      const digits = /numbers can be written with the digits \$([\d, ]+)\$/.exec(text)?.[1]?.replace(/\D/g, "");
      if (digits !== undefined) expect(orders(digits).filter((number) => !number.startsWith("0"))).toHaveLength(Number(answer));
    }
  });
});

describe("generating", () => {
  it.each([
    [{ seed: 1, count: 63 }, /from 64 to 5000/],
    [{ seed: 1, count: 80.5 }, /from 64 to 5000/],
    [{ seed: 0.5, count: 64 }, /seed 0.5 is not a whole number/],
  ])("refuses %j", async (options, message) => {
    await expect(generateSample({ ...options, dir: join(root, "never") })).rejects.toThrow(message);
  });

  it("replaces a sample and leaves other folders alone", async () => {
    const dir = join(root, "mine");
    await generateSample({ seed: 1, count: 64, dir });
    expect(await generateSample({ seed: 1, count: 65, dir })).toEqual({ tasks: 65, dir });
    await writeFile(join(dir, "thesis.txt"), "years of work");
    await expect(generateSample({ seed: 1, count: 64, dir })).rejects.toThrow(/holds "thesis.txt"/);
    expect(await readFile(join(dir, "thesis.txt"), "utf8")).toBe("years of work");
  });
});
