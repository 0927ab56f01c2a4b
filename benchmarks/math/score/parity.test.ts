/** Parity with the official evaluators: own cases always, the stored verdicts where they are at hand. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parity } from "./parity.ts";
import { gradeRow, type Row, settingsSchema } from "./score-row.ts";

const folder = join(process.env.T2S_GOLDEN_DIR ?? "", "math");
const missing = process.env.T2S_GOLDEN_DIR === undefined || !existsSync(folder);

interface Stored {
  readonly id: string;
  readonly kind?: string;
  readonly gold: string;
  readonly pred?: string;
  readonly response?: string;
  readonly match_types?: unknown;
  readonly [field: string]: unknown;
}

const stored = (file: string): readonly Stored[] =>
  readFileSync(join(folder, file), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));

function rowOf(row: Stored): Row {
  const form = row.match_types !== undefined ? "texts" : row.pred === undefined ? "response" : "value";
  return { gold: row.gold, pred: row.pred ?? row.response ?? "", form, settings: settingsSchema.parse(row) };
}

/** Kinds of rows whose verdict differs, with the reason. None is known. */
const differing: Readonly<Record<string, string>> = {};

describe.skipIf(missing)(`official verdicts${missing ? " (T2S_GOLDEN_DIR is not set)" : ""}`, () => {
  it.each([
    ["math_verify_cases.jsonl", "observed_here", "parity"],
    ["string_grader_verdicts.jsonl", "math_verify", "parity"],
    ["response_extraction_verdicts.jsonl", "math_verify", "parity"],
    ["hendrycks_is_equiv_tests.jsonl", "is_equiv", "is_equiv"],
    ["string_grader_verdicts.jsonl", "hendrycks_is_equiv", "is_equiv"],
  ] as const)("of %s (%s) are given by %s", (file, column, scorer) => {
    const wrong = stored(file).filter((row) => gradeRow(scorer, rowOf(row)).verdict !== row[column]);
    expect(
      wrong.filter((row) => differing[row.kind ?? ""] === undefined).map(({ id, gold, pred, response }) => ({ id, gold, pred, response })),
    ).toEqual([]);
  });
});

describe("what Math-Verify says", () => {
  const cases: readonly [string, string, boolean][] = [
    // numbers
    ["$0.333333$", "$\\frac13$", true],
    ["$0.33333$", "$\\frac13$", false],
    ["$5.0000001$", "$5$", true],
    ["$5.000001$", "$5$", false],
    ["$\\pi$", "$3.14159$", false],
    ["$\\pi$", "$3.141593$", true],
    ["$5.1 \\times 10^2$", "$510$", false],
    ["$2^{100}$", "$1267650600228229401496703205376$", true],
    ["$2^{100}$", "$1267650600228229401496703205377$", false],
    ["$2(3)$", "$5$", true],
    ["$1/2x$", "$\\frac{1}{2x}$", true],
    ["$50\\%$", "$\\frac12$", true],
    ["$28\\%$", "$28$", false],
    ["$58,500$", "$x = 58,500$", false],
    ["$1/0$", "$2/0$", false],
    // expressions
    ["$(x+1)^2$", "$x^2+2x+1$", true],
    ["$\\sin 2x$", "$2\\sin x\\cos x$", true],
    ["$\\sqrt{x^2}$", "$x$", false],
    ["$6+9i$", "$9i+6$", true],
    ["$i^2$", "$-1$", false],
    ["$\\sqrt{3+2\\sqrt2}$", "$1+\\sqrt2$", true],
    ["$\\text{east}$", "$east$", true],
    ["$\\text{4}$", "$4$", true],
    // sets, intervals, tuples
    ["$1,2,3$", "$(3,2,1)$", true],
    ["$(1,2,3)$", "$1,3,2$", false],
    ["$(1,2)$", "$[1,2]$", false],
    ["$(1,3)\\cup(2,4)$", "$(1,4)$", true],
    ["$(-\\infty,1)\\cup(1,\\infty)$", "$\\mathbb{R}\\setminus\\{1\\}$", true],
    ["$3 \\pm 2\\sqrt{2}$", "$3+2\\sqrt2,3-2\\sqrt2$", true],
    ["$\\begin{pmatrix}1\\\\2\\end{pmatrix}$", "$(1,2)$", false],
    // relations
    ["$x=5$", "$5$", true],
    ["$x+1=5$", "$5$", false],
    ["$5$", "$x+1=5$", true],
    ["$x=y=5$", "$5$", true],
    ["$0<x<1$", "$(0,1)$", true],
    ["$(0,1)$", "$0<x<1$", false],
    ["$0<x<1$", "$1>x>0$", false],
    ["$x>1$", "$1<x$", true],
    ["$2x+2y=2$", "$x+y=1$", true],
    ["$2x=10$", "$x=5$", false],
    // where the answer is looked for
    ["$5$", "\\boxed {5}", false],
    ["$5$", "\\boxed{5.}", false],
    ["$5$", "The answer is 5. There were 7 cases.", true],
    ["$5$", "First \\boxed{7}. Wait: \\boxed{5}", false],
    ["$5,6$", "\\boxed{5} and \\boxed{6}", true],
    ["$5$", "$7$ at first, but then $5$", true],
    ["$5$", "<think>\\boxed{5}</think> The answer is 7", true],
  ];
  it.each(cases)("of %s and %s", (gold, pred, verdict) => {
    expect(parity(gold, pred)).toEqual({ verdict, message: "" });
  });

  it("depends on what is looked for, the rounding, and what may be compared", () => {
    expect(parity("1000.99", "it is 1,000.99€", { matchTypes: ["expr"] }).verdict).toBe(true);
    expect(parity("1000.99", "it is 1,000.99€", { matchTypes: ["latex"] }).verdict).toBe(false);
    expect(parity("$\\frac{1}{3}$", "0.3333", { matchTypes: ["latex", "expr"], precision: 4 }).verdict).toBe(true);
    expect(parity("A", "answer: A", { matchTypes: ["string"] }).verdict).toBe(true);
    expect(parity("$(0,1)$", "$0<x<1$", { allowSetRelationComp: true }).verdict).toBe(true);
    expect(parity("$x+1$", "$y+1$").verdict).toBe(false);
    expect(parity("$x+1$", "$y+1$", { strict: false }).verdict).toBe(true);
  });
});
