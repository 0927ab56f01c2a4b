import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import type { Task } from "../../../harness/core/record.ts";
import { readComparison } from "../../../harness/simulation/reading/comparison.ts";
import { planSample } from "../sample/plan.ts";
import { randomOf } from "../sample/random.ts";
import { isRight, similarity } from "../score/anls.ts";
import { finalAnswer } from "../score/final-answer.ts";
import { world } from "../world.ts";
import { kit } from "./kit.ts";

const taskOf = (question: string): Task => ({
  id: "22505",
  cluster: "xkbc0228_2",
  form: "page",
  slots: { question },
  images: [],
  files: [],
  needs: ["vision"],
  flags: [],
  origin: { set: "val" },
});
const kitOf = (answers: readonly string[], question = "What is asked here?") =>
  kit(taskOf(question), { files: [], fields: { answers: [...answers] } });

const script = z
  .object({
    report: z.custom<(reply: string, golds: readonly string[]) => string>((f) => typeof f === "function"),
    answerIn: z.custom<(reply: string) => string>((f) => typeof f === "function"),
  })
  .parse(createRequire(import.meta.url)("./compare.cjs"));

describe("compare.cjs", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "t2s-kit-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** What the kit's command prints for a candidate; undefined for no file. */
  async function run(answers: readonly string[], candidate: string | undefined): Promise<string> {
    const { files, command } = await kitOf(answers);
    for (const { path, bytes } of files) {
      mkdirSync(dirname(join(folder, "kit", path)), { recursive: true });
      writeFileSync(join(folder, "kit", path), bytes);
    }
    const file = join(folder, "answer.txt");
    rmSync(file, { force: true });
    if (candidate !== undefined) writeFileSync(file, candidate);
    const [program = "", ...rest] = command.replaceAll("/work/", `${folder}/`).replace("{{candidate}}", file).split(" ");
    return execFileSync("sh", ["-c", `"$0" "$@" || true`, program, ...rest], { encoding: "utf8" });
  }

  it("says PASS or FAIL first, then what was expected and what was got", async () => {
    expect(await run(["Mr. James M. Douglas", "Mr. Douglas"], "I read it.\nAnswer: mr.  douglas\n")).toMatch(
      /^PASS: .*100 %.*\nanswer: expected "Mr\. Douglas" \(text\), got "mr\. {2}douglas" \(text\)\nalso right: "Mr\. James M\. Douglas"\n$/,
    );
    const failed = await run(["$1,404.78"], "Answer: 1,031.50");
    expect(failed).toMatch(/^FAIL: .*\nanswer: expected "\$1,404\.78" \(text\), got "1,031\.50" \(text\); the figures differ\n$/);
    expect(readComparison(failed)).toMatchObject({ passed: false });
    expect(readComparison(await run(["1,404.78"], "Answer: 1,031.50")).signs).toEqual(new Set(["lower"]));
    expect(await run(["5 gallons"], "Answer: The tank holds 5 gallons of oil in all.")).toMatch(/with other words around it/);
    expect(await run(["5 gallons"], "5")).toMatch(/a part of the reference answer is missing/);
    expect(readComparison(await run(["x"], "")).signs).toEqual(new Set(["empty"]));
    expect(await run(["x"], undefined)).toMatch(/^FAIL: .*there is no file/);
  });

  it("agrees with the scorer, on answers inside replies as well", () => {
    const random = randomOf("compare");
    const golds = ["March 2, 1951", "2,485", "Dr. Schaefer", "Zero Span", "İstanbul", "straße 5", "a\u00a0b", "😀 ok", "18.2", "yes"];
    const shapes: readonly ((text: string) => string)[] = [
      (t) => t,
      (t) => `Answer: ${t}`,
      (t) => `**Answer:** ${t}\n`,
      (t) => `I see it. Answer: "${t}"`,
      (t) => `Answer:\n\`${t}\``,
      (t) => `The page says ${t}.`,
      (t) => `First\n\n${t}\n\n`,
    ];
    for (let n = 0; n < 600; n++) {
      const gold = random.pick(golds);
      const letters = [...gold];
      for (let edits = random.int(0, 6); edits > 0; edits--)
        letters.splice(random.int(0, letters.length), random.int(0, 1), ...(random.chance(0.6) ? [random.pick([..."abc 1.-é😀"])] : []));
      const reply = random.pick(shapes)(letters.join(""));
      const all = [gold, ...random.some(golds, random.int(0, 2))];
      const judged = similarity(finalAnswer(reply), all, "anls");
      expect(script.answerIn(reply)).toBe(finalAnswer(reply));
      expect(script.report(reply, all).startsWith("PASS"), reply).toBe("score" in judged && isRight(judged.score));
    }
  });
});

describe("leaks", () => {
  const found = async (text: string, answers: readonly string[], question?: string) =>
    (await kitOf(answers, question)).leaks(text).map((leak) => leak.found);

  it.each<readonly [string, readonly string[], readonly string[]]>([
    ["The memo is dated March 2, 1951.", ["March 2, 1951"], ["march 2, 1951", "March", "March 2, 1951"]],
    ["Such memos are from 2 March 1951.", ["March 2, 1951"], ["2 March 1951"]],
    ["Such memos are from 1951-03-02.", ["March 2, 1951"], ["1951-03-02"]],
    ["It is 3/2/51 there.", ["March 2, 1951"], ["3/2/51"]],
    ["There were 2485 of them.", ["2,485"], ["2485"]],
    ["There were 2.485 of them.", ["2,485"], ["2.485"]],
    ["There were 2,485.00 of them.", ["2,485"], ["2,485.00"]],
    ["Often it is signed by dr. schaefer.", ["Dr. Schaefer"], ["dr. schaefer"]],
    ["The chairman was Schaefer.", ["Dr. Schaefer"], ["Schaefer"]],
    ["The technique is called zero\u00a0span.", ["Zero Span"], ["zero span"]],
    ["The right word is 'Lamina'.", ["lamina"], ["Lamina"]],
    ["Code KX-4471-92 belongs there.", ["KX-4471-92"], ["kx-4471-92", "4471"]],
    ["Page xkbc0228_2 has two dates.", ["x"], ["xkbc0228_2"]],
    ["See xkbc0228_2.png for question 22505.", ["x"], ["xkbc0228_2.png", "question 22505"]],
    ["The reference answer has no unit.", ["x"], ["reference answer"]],
    ["Run compare.cjs before answering.", ["x"], ["compare.cjs"]],
    ["A\u200bnswer: Sch\u200baefer, Dr. Schaefer.", ["Dr. Schaefer"], ["Schaefer", "dr. schaefer"]],
  ])("%s", async (text, answers, expected) => {
    const leaks = await found(text, answers);
    expect(leaks.length).toBeGreaterThan(0);
    for (const leak of leaks) expect(expected).toContain(leak);
  });

  it("are places where the question is repeated, not what it names", async () => {
    const question = "What is the Policy Number of Mara Ellison?";
    expect(await found("For questions such as what is the policy number of Mara Ellison, look left.", ["KX-1"], question)).toHaveLength(1);
    expect(await found("Read the Policy Number of Mara Ellison on its own line.", ["Mara Ellison"], question)).toEqual([]);
  });

  it.each([
    ["Read the total on the last line.", ["Total"]],
    ["There are 12 columns and 25 rows in 1970.", ["12", "25", "1970"]],
    ["Answer yes or no.", ["yes"]],
    ["A span of zero is no answer.", ["Zero Span"]],
    ["The lamina of a leaf.", ["lamina"]],
    ["March comes after February.", ["3/4/1951"]],
    ["Take the date as it is.", ["The Date"]],
  ])("are not in: %s", async (text, answers) => expect(await found(text, answers)).toEqual([]));

  it("are in none of the wordings of lessons, for any question of a sample", async () => {
    const wordings = [
      ...world.traps.flatMap(({ lesson }) => [...lesson.wordings, ...lesson.sloppy]),
      ...world.superstitions,
      ...world.wrongTurns,
    ];
    const text = wordings.map((w) => `- **${w.title}.** ${w.description} ${w.content}`).join("\n");
    for (const { questions } of planSample(7, 80))
      for (const { question, answer } of questions) expect(await found(text, [answer], question), `${question} ${answer}`).toEqual([]);
  });

  it("take a moment for long texts only", async () => {
    const leaks = (await kitOf(["March 2, 1951", "2,485"])).leaks;
    for (const part of ["1", "1,", "1 ", "March ", "a", '"', "1-1-", "the answer "])
      expect(Array.isArray(leaks(part.repeat(20_000)))).toBe(true);
  });
});
