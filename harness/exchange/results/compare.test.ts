import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { writeSmallExperiment } from "../../bundle/small-experiment.fixture.ts";
import { t2sHere } from "../../cli/run-t2s.fixture.ts";
import { generateLedger, type LedgerPlan, planDesign } from "../../report/generate-ledger.fixture.ts";
import { seededRandom } from "../../stats/random.ts";
import { compareResults } from "./compare-results.ts";
import { takeLedger } from "./take-ledger.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "t2s-compare-"));
});

const write = async (name: string, content: unknown): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
};
const compare = (...args: string[]) => t2sHere(["compare", ...args, "--results", join(folder, "none")]);
const json = async (...args: string[]) => {
  const { code, out, err } = await compare(...args, "--format", "json");
  expect(err).toBe("");
  expect(code).toBe(0);
  return JSON.parse(out);
};

/** 60 tasks of unequal difficulty, three seeds; `gain` is added to every task's rate. */
function csv(gain: number, from = 0): string {
  const random = seededRandom(`csv ${gain}`);
  const ease = seededRandom("ease");
  const rows = Array.from({ length: 60 }, (_, i) => ({ i, rate: 0.2 + 0.5 * ease.uniform() + gain }));
  const lines = rows.flatMap(({ i, rate }) =>
    [1, 2, 3].map((seed) => `t${i},${seed},${Number(random.uniform() < rate)},p${Math.floor(i / 3)}`),
  );
  return ["task,seed,score,problem", ...lines.slice(3 * from)].join("\n");
}

describe("t2s compare", () => {
  it("compares two CSV files by task, says what matched and keeps clusters whole", async () => {
    const a = await write("base.csv", csv(0));
    const b = await write("skill.csv", csv(0.25, 2));
    const { matched, table } = await json(a, b, "--cluster", "problem");
    expect(matched).toMatchObject({ tasks: 58, clusters: 20, onlyFirst: ["t0", "t1"], onlySecond: [] });
    expect(table.comparisons[0]).toMatchObject({ verdict: "better", clusters: 20, pairs: 58 });
    const text = (await compare(a, b, "--margin", "2pp")).out;
    expect(text).toContain("58 tasks are in both; left out: 2 only in");
    expect(text.replace(/\s+/g, " ")).toContain("Equivalence within ±2.0 pp is not shown");
    expect(text).not.toMatch(/no model|Usage|Holm/);
  });

  it("gives the paired t interval that anyone can recompute", async () => {
    // Bounds: scipy.stats.ttest_rel(b, a).confidence_interval().
    const d = [0.5, 0.25, 1, 0.75, -0.5, 0.1, 0.3, -0.2, 0.4, 0.6, -0.1, 0.2];
    const a = await write("a.csv", ["task,score", ...d.map((_, i) => `${i},0.5`)].join("\n"));
    const b = await write("b.jsonl", d.map((x, i) => JSON.stringify({ id: `${i}`, score: 0.5 + x / 2 })).join("\n"));
    const { table } = await json(a, b);
    const { difference, interval } = table.comparisons[0];
    expect(difference).toBeCloseTo(0.1375, 12);
    expect(interval).toMatchObject({ method: "t" });
    expect(interval.low).toBeCloseTo(0.004516626313678329, 9);
    expect(interval.high).toBeCloseTo(0.2704833736863217, 9);
  });

  it("reads an Inspect log: letters, epochs, errors, metadata as clusters, parts of a value", async () => {
    const sample = (id: number, epoch: number, value: unknown, error?: unknown) => ({
      id,
      epoch,
      scores: error === undefined ? { match: { value }, judge: { value: { style: 0.25, fact: 1 } } } : {},
      metadata: { topic: `topic ${id % 2}` },
      ...(error === undefined ? {} : { error }),
    });
    const samples = [1, 2, 3, 4].flatMap((id) => [sample(id, 1, "C"), sample(id, 2, id === 4 ? "P" : "I")]);
    const log = await write("log.json", {
      version: 2,
      status: "success",
      eval: { task: "q", model: "m" },
      samples: [...samples, sample(5, 1, null, { message: "boom" })],
    });
    const flat = await write("flat.csv", "task,score\n1,1\n2,0\n3,1\n4,1\n5,0\n");
    const { table, matched, inputs } = await json(log, flat, "--score", "match,score");
    expect(inputs[0]).toMatchObject({ format: "Inspect log", took: "scorer match (also there: judge)" });
    expect(table.cells[0]).toMatchObject({ estimate: (3 * 0.5 + 0.75) / 4, incomplete: expect.stringContaining("errored") });
    expect(matched.tasks).toBe(5);
    const byTopic = await json(log, flat, "--score", "judge.style,score", "--cluster", "topic");
    expect(byTopic.matched.clusters).toBe(2);
    expect(byTopic.table.cells[0].estimate).toBe(0.25);
    expect((await compare(log, flat, "--score", "judge,score")).err).toContain(
      "gives several values; choose one with --score, for example judge.style",
    );
    expect((await compare(log, flat, "--score", "none,score")).err).toContain('has no scorer "none"; it has match, judge');
  });

  it("reads the release's eval_official_results.json: Soft and Hard, failures without a comparison as ungraded", async () => {
    const results = (passed: number) => ({
      summary: {},
      results: [
        ...["1", "2", "3"].map((id, i) => ({
          id,
          instruction_type: "Cell",
          success: true,
          test_cases: [],
          soft_score: i < passed ? 1 : 0.5,
          hard_score: i < passed ? 1 : 0,
        })),
        { id: 4, success: false, error: "no gold", test_cases: [] },
      ],
    });
    const a = await write("a-eval_official_results.json", results(1));
    const b = await write("b-eval_official_results.json", results(3));
    const { table } = await json(a, b);
    expect(table.metrics.map((metric: { label: string }) => metric.label)).toEqual(["Soft", "Hard"]);
    expect(table.cells.map((cell: { estimate: number }) => cell.estimate)).toEqual([2 / 3, 1 / 3, 1, 1]);
    expect(table.cells[0].slots).toMatchObject({ graded: 3, ungraded: 1 });
  });

  it("takes per cent on both sides, and shows hostile names as text", async () => {
    const a = await write("a\u001b[31m<b>.csv", "task,score\nx,50\ny,100\n");
    const b = await write("b.csv", "task,score\nx,100\ny,\n");
    const { out } = await compare(a, b);
    expect(out).toContain("divided by 100");
    expect(out).not.toContain("\u001b[31m");
    expect((await compare(a, b, "--format", "markdown")).out).not.toContain("<b>");
    expect((await compare(a, b, "--format", "csv")).out.startsWith("kind,")).toBe(true);
  });
});

it("our own ledgers: arms of one experiment, with the metrics both have; the choice is asked for by name", () => {
  const plan: LedgerPlan = { seed: "ledger", clusters: 30, cases: 3, arms: { none: 0.4, skill: 0.8 }, simulated: ["model"] };
  const stored = { design: planDesign(plan), measured: generateLedger(plan) };
  const take = (arm?: string) => takeLedger(`generated:${arm}`, stored, { arm }, {});
  const { table, matched, title } = compareResults(take("none"), take("skill"));
  expect(table.metrics.map(({ label }) => label)).toEqual(["Soft", "Hard", "Accuracy", "pass@k"]);
  expect(table.comparisons[0]).toMatchObject({ verdict: "better", clusters: 30 });
  expect(matched).toMatchObject({ tasks: 60, clusters: 30 });
  expect(title).toContain("SIMULATED");
  expect(() => take()).toThrow("choose one of its arms, for example generated:none; it has none, skill");
  expect(() => takeLedger("x", stored, { arm: "skill" }, { score: "other" })).toThrow('x has no scorer "other"; it has strict');
});

it("experiments by name, by folder and by ledger file, against each other or a file", async () => {
  const results = join(folder, "results");
  const { dir } = await writeSmallExperiment(results);
  const here = (...args: string[]) => t2sHere(["compare", ...args, "--results", results]);
  const named = await here("small:no-skill:m", "small:evolved");
  expect(named.err).toBe("");
  expect(named.out).toContain("small:evolved against small:no-skill:m: 6 tasks in both");
  expect((await here(`${dir}:no-skill`, `${dir}:evolved`)).out).toContain("6 tasks in both");
  const flat = await write("small.csv", ["task,score", ...[0, 1, 2, 3, 4, 5].map((i) => `t${i},1`)].join("\n"));
  expect((await here("small:no-skill", flat)).out).toContain("against small:no-skill: 6 tasks in both");
  expect((await here(join(dir, "ledger.jsonl"), flat)).err).toContain("choose one of its arms, for example small:");
  expect((await here("small:nobody", flat)).err).toContain('there is no "nobody" in small:nobody');
});

describe("what cannot be compared is said in one sentence, with exit code 2", () => {
  const good = "task,score\nx,1\ny,0\n";
  it.each<[string, string, string, string[], string]>([
    [
      "no such column",
      "id2,result\nx,1\n",
      good,
      [],
      'has no column "task"; it has id2, result: name the one that holds the task with --task',
    ],
    ["a named column that is not there", good, good, ["--score", "acc"], 'has no column "acc"; it has task, score'],
    ["duplicates", "task,score\nx,1\nx,0\n", good, [], "has task x twice (line 2 and line 3); tell repetitions apart with a column seed"],
    [
      "duplicates with seeds",
      "task,seed,score\nx,1,1\nx,1,0\n",
      good,
      [],
      "has task x with seed 1 twice (line 2 and line 3); keep one of them",
    ],
    ["no overlap", good, "task,score\nz,1\n", [], "have no task in common; the first has x, y and so on, the second z and so on"],
    ["two scales", "task,score\nx,80\ny,20\n", good, [], "go up to 80, those of"],
    ["scores outside", "task,score\nx,-1\n", good, [], "has scores from -1 to -1, expected 0 to 1 or 0 to 100"],
    ["no number", "task,score\nx,good\n", good, [], 'line 2 (task x) has score "good", expected a number'],
    ["no score at all", "task,score\nx,\ny,nan\n", good, [], "has no score at all"],
    ["no rows", "task,score\n", good, [], "has no rows; expected a head line such as task,score"],
    ["ragged rows", "task,score\nx,1,2\n", good, [], "is no readable CSV"],
    ["no task", "task,score\n,1\n", good, [], "line 2 has no task"],
    ["an empty file", " \n", good, [], "is empty; expected CSV or JSONL"],
    ["a zip", "PK\u0003\u0004", good, [], "is a zip archive, as .eval logs are; convert it first"],
    ["a binary file", "a\u0000b", good, [], "is a binary file"],
    ["broken JSONL", '{"task":"x","score":1}\n{"task":', good, [], "line 2 is no JSON; expected one object a line"],
    ["other JSON", '{\n"a":\n1}', good, [], "is JSON of a kind that is not known"],
    ["contradicting clusters", "task,score,cluster\nx,1,p\n", "task,score,cluster\nx,1,q\n", [], "task x belongs to cluster p in"],
    ["a task in two clusters", "task,seed,score,cluster\nx,1,1,p\nx,2,1,q\n", good, [], "puts task x into two clusters, p and q"],
    ["an unknown cluster", good, good, ["--cluster", "topic"], 'has "topic" to cluster by'],
    ["no margin", good, good, ["--margin", "2"], '--margin "2" is no margin; expected percentage points'],
    ["an unknown format", good, good, ["--format", "pdf"], 'has no format "pdf"'],
  ])("%s", async (name, first, second, options, expected) => {
    const a = await write(`first ${name}`, first);
    const b = await write(`second ${name}`, second);
    const { code, out, err } = await compare(a, b, ...options);
    expect(err).toContain(expected);
    expect(err.trim().split("\n")).toHaveLength(1);
    expect(out).toBe("");
    expect(code).toBe(2);
  });

  it("a name that is nothing", async () => {
    expect((await compare("nothing-here", "x")).err).toContain("nothing-here is neither a file nor an experiment");
  });
});
