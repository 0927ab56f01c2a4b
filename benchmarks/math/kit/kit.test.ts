import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readComparison } from "../../../harness/simulation/reading/comparison.ts";
import { planSample } from "../sample/plan.ts";
import { graded, planFor, taskFor } from "../world/bench.fixture.ts";
import { world } from "../world.ts";
import { kit } from "./kit.ts";

const kitFor = (answer: string, problem = "Find it.") => kit(taskFor(problem), { files: [], fields: { answer } });

interface Job {
  readonly answer: string;
  /** Undefined: there is no file. */
  readonly reply: string | undefined;
}

/** Runs the kit's script in one process, once in each of several folders. */
const runner = `
const path = require("node:path");
for (const dir of JSON.parse(process.argv[2])) {
  const script = path.join(dir, "kit", "compare.cjs");
  process.argv[2] = path.join(dir, "answer.txt");
  require(script);
}
`;

/** The report on each job, one line each, by the kit's own script. */
async function compareAll(jobs: readonly Job[]): Promise<readonly string[]> {
  const root = mkdtempSync(join(tmpdir(), "t2s-math-kit-"));
  try {
    const folders: string[] = [];
    for (const [i, { answer, reply }] of jobs.entries()) {
      const folder = join(root, String(i));
      mkdirSync(join(folder, "kit"), { recursive: true });
      for (const { path, bytes } of (await kitFor(answer)).files) writeFileSync(join(folder, "kit", path), bytes);
      if (reply !== undefined) writeFileSync(join(folder, "answer.txt"), reply);
      folders.push(folder);
    }
    writeFileSync(join(root, "runner.cjs"), runner);
    const run = spawnSync("node", [join(root, "runner.cjs"), JSON.stringify(folders)], { encoding: "utf8" });
    expect(run.stderr).toBe("");
    return run.stdout.trimEnd().split("\n");
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

describe("the comparison", () => {
  it("passes the answer in other spellings", async () => {
    const jobs: readonly Job[] = [
      { answer: "204", reply: "So it is\n\\boxed{204}" },
      { answer: "204", reply: "First \\boxed{7}, no: \\boxed{ 204 }." },
      { answer: "204", reply: "the answer is 204" },
      { answer: "204", reply: "\\boxed{204" },
      { answer: "1234567", reply: "\\boxed{1,234,567}" },
      { answer: "\\frac{3}{4}", reply: "\\boxed{\\dfrac34}" },
      { answer: "\\frac{3}{4}", reply: "\\boxed{0.75}" },
      { answer: "-\\frac{1}{2}", reply: "\\boxed{\\frac{-1}{2}}" },
      { answer: "0.5", reply: "\\boxed{1/2}" },
      { answer: "\\left( 3, \\frac{\\pi}{2} \\right)", reply: "\\boxed{(3,\\frac{\\pi}{2})}" },
      { answer: "\\text{Evelyn}", reply: "\\boxed{Evelyn}" },
    ];
    for (const [i, report] of (await compareAll(jobs)).entries()) expect(report, jobs[i]?.reply).toMatch(/^PASS: expected .*, got /);
  });

  it("says what is wrong", async () => {
    const cases: readonly (readonly [string, string | undefined, RegExp])[] = [
      ["204", "\\boxed{205}", /^FAIL: expected 204, got 205$/],
      ["204", "\\boxed{\\frac{1}{204}}", /^FAIL: expected 204, got \\frac\{1\}\{204\}$/],
      ["\\frac{2}{3}", "\\boxed{0.67}", /^FAIL: /],
      ["204", "", /^FAIL: expected 204, got \(nothing\)/],
      ["204", "I give up", /^FAIL: expected 204, got I give up; no box was found/],
      ["204", undefined, /^FAIL: there is no such file as .*expected 204, got \(nothing\)$/],
    ];
    const reports = await compareAll(cases.map(([answer, reply]) => ({ answer, reply })));
    for (const [i, [, , report]] of cases.entries()) expect(reports[i]).toMatch(report);
  });

  it("agrees with the scorer on the replies of the simulated solver, and its report can be read", async () => {
    const replies = planSample(9, 64).flatMap(({ draft }) => {
      const plan = planFor(draft.text);
      const ways = [new Set<string>(), ...(plan?.traps.map((trap) => new Set([trap])) ?? [])];
      return ways.map((sprung) => ({ draft, reply: plan?.answer?.(sprung) ?? "" }));
    });
    const reports = await compareAll(replies.map(({ draft, reply }) => ({ answer: draft.answer, reply })));
    for (const [i, { draft, reply }] of replies.entries())
      expect(readComparison(reports[i] ?? "").passed, `${reply}\n${reports[i]}`).toBe((await graded(draft, reply)).passed);
  });

  it("is run by the kit's command", async () => {
    expect((await kitFor("1")).command).toBe("node /work/kit/compare.cjs {{candidate}}");
  });
});

describe("leaks", () => {
  const leaksOf = async (answer: string, text: string, problem?: string) => (await kitFor(answer, problem)).leaks(text).map((l) => l.found);

  it.each<[string, string]>([
    ["204", "This time it came out as 204."],
    ["204", "two hundred and four minutes"],
    ["204", "Two hundred four."],
    ["204", "2\u200b04"],
    ["204", "204.0"],
    ["70", "In such problems the bases add up to 70."],
    ["1234", "It has to be 1,234 or $1{,}234$ or 1 234."],
    ["-73", "the value $-73$"],
    ["\\frac{13}{27}", "Write $\\dfrac{13}{27}$."],
    ["\\frac{13}{27}", "13/27 is in lowest terms"],
    ["\\frac{13}{27}", "about 0.4815"],
    ["3\\sqrt{13}", "The distance is $3 \\sqrt{13}$."],
    ["\\left( 3, \\frac{\\pi}{2} \\right)", "as in $(3, \\frac{\\pi}{2})$"],
    ["\\text{Evelyn}", "In the end the runner is Evelyn."],
    ["2", "The answer is 2."],
    ["2", "so the final result equals $2$"],
    ["60", "write \\boxed{60}"],
    ["\\frac{1}{2}", "The answer must be 1/2"],
    ["\\text{even}", "the answer is even"],
  ])("%s in: %s", async (answer, text) => {
    expect(await leaksOf(answer, text)).not.toEqual([]);
  });

  it.each<[string, string]>([
    ["2", "Check the 2 ends, and divide by 2 where order does not matter."],
    ["3", "Do these three steps."],
    ["60", "There are 60 minutes in an hour."],
    ["360", "A full turn has 360 degrees."],
    ["100", "Divide by 100 to get a share."],
    ["\\frac{1}{2}", "The area of a triangle is 1/2 of base times height."],
    ["204", "See page 1204, and the year 2040; version 2.204."],
    ["\\text{even}", "Sort the cases into even and odd ones."],
    ["13", "Numbers below 1300 and above 0.13"],
    ["x+1", "Let $x$ be the first one."],
  ])("%s is not given away by: %s", async (answer, text) => {
    expect(await leaksOf(answer, text)).toEqual([]);
  });

  const problem =
    "Every morning Aya walks $9$ kilometers along the river. The sum $a^2+b^2=4913$ holds, and there are $1728$ stones on 365 days. What is $a$? Aya asks the Fibonacci club.";
  it.each<[string, readonly string[]]>([
    ["Aya should convert first", ["Aya"]],
    ["with 1,728 of them", ["1,728"]],
    ["use $a^2 + b^2 = 4913$ here", ["$a^2 + b^2 = 4913$", "4913"]],
    ["If somebody walks 9 kilometers along the river. The sum of something", []],
    ["every morning aya walks 9 kilometers along the river", ["every morning aya walks 9 kilometers along the river"]],
    ["A year has 365 days. Think of the Fibonacci numbers and Every case.", []],
  ])("constants of the problem in: %s", async (text, found) => {
    expect(await leaksOf("17", text, problem)).toEqual(found);
  });

  it.each(["the reference answer", "compare with the answer key", "see /work/kit/reference.json", "ground truth", "the expected answer"])(
    "%s",
    async (text) => {
      expect(await leaksOf("17", text)).not.toEqual([]);
    },
  );

  it("let the planted lessons through, whatever the problem", async () => {
    const wordings = world.traps.flatMap((t) => [...t.lesson.wordings, ...t.lesson.sloppy]);
    const text = wordings.map(({ title, description, content }) => `- **${title}.** ${description} ${content}`).join("\n");
    for (const { draft } of planSample(11, 128)) expect(await leaksOf(draft.answer, text, draft.text)).toEqual([]);
  });

  it("stays quick on long texts", async () => {
    const made = await kitFor("3\\sqrt{13}", "What is $3 \\cdot 1$? ".repeat(2000));
    expect(made.leaks("3 \\sqrt { ".repeat(20_000)).length).toBe(0);
  });
});
