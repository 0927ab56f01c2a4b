import { describe, expect, it } from "vitest";
import { readComparison } from "../../../harness/simulation/reading/comparison.ts";
import { planSample } from "../sample/plan.ts";
import { names } from "../sample/vocabulary.ts";
import { world } from "../world.ts";
import { graded, messageFor, planFor } from "./bench.fixture.ts";

const planned = planSample(3, 320);
const boxOf = (reply: string): string => /\\boxed\{(.*)\}$/.exec(reply)?.[1] ?? "";
const pairs = world.families.flatMap((f) => f.traps.map((trap) => ({ family: f.id, trap })));

describe("every family and each of its traps", () => {
  it.each(world.families.map((f) => f.id))("%s is solved from the text alone", async (family) => {
    for (const { draft } of planned.filter((p) => p.family === family)) {
      const plan = planFor(draft.text);
      expect(plan?.family, draft.text).toBe(family);
      expect(plan?.traps.length, draft.text).toBeGreaterThan(0);
      const reply = plan?.answer?.(new Set()) ?? "";
      expect(boxOf(reply), draft.text).toBe(draft.answer);
      for (const scorer of ["parity", "strict", "is_equiv"] as const)
        expect(await graded(draft, reply, scorer), draft.text).toMatchObject({ passed: true });
    }
  });

  it.each(pairs)("$family goes wrong when $trap is sprung", async ({ family, trap }) => {
    const affected = planned.filter((p) => p.family === family && planFor(p.draft.text)?.traps.includes(trap) === true);
    expect(affected.length).toBeGreaterThan(0);
    for (const { draft } of affected) {
      const reply = planFor(draft.text)?.answer?.(new Set([trap])) ?? "";
      for (const scorer of ["parity", "strict", "is_equiv"] as const)
        expect(await graded(draft, reply, scorer), `${draft.text}\n${reply}`).toMatchObject({ passed: false });
      // Analysts go by these signs: what the comparison shows of the trap must be among them.
      const { signs } = readComparison(`FAIL: expected ${draft.answer}, got ${boxOf(reply)}`);
      expect(world.traps.find((t) => t.id === trap)?.signs, `${draft.answer} ${boxOf(reply)}`).toEqual(
        expect.arrayContaining([...(signs ?? [])]),
      );
    }
  });

  it("leaves every trap's mark in the lines of the working, alone and beside others", () => {
    for (const { draft } of planned) {
      const plan = planFor(draft.text);
      const subsets = Array.from(
        { length: 2 ** (plan?.traps.length ?? 0) },
        (_, bits) => new Set(plan?.traps.filter((_, i) => ((bits >> i) & 1) === 1)),
      );
      const replies = subsets.map((sprung) => plan?.answer?.(sprung) ?? "");
      // Adding both groups up leaves no place at which a wrong common multiple could show.
      const hidden = plan?.family === "overlap-count" && subsets.length === 4 ? 1 : 0;
      expect(new Set(replies).size, draft.text).toBe(subsets.length - hidden);
      for (const reply of replies) expect(reply.split("\n").length).toBeGreaterThanOrEqual(5);
    }
  });
});

describe("a sample of the default size", () => {
  const traps = (half: string) =>
    planSample(11, 128)
      .filter((p) => p.half === half)
      .flatMap((p) => planFor(p.draft.text)?.traps ?? []);

  it("has systematic traps in three and more problems of a half, and the others in one or two", () => {
    for (const found of [traps("evolve"), traps("test")])
      for (const { id, prevalence } of world.traps) {
        const count = found.filter((trap) => trap === id).length;
        if (prevalence === "systematic") expect(count, id).toBeGreaterThanOrEqual(3);
        else expect([1, 2], id).toContain(count);
      }
  });
});

describe("understanding", () => {
  /** Worked by hand; no number, name or noun of theirs comes from the generator. */
  const foreign: readonly (readonly [string, string, string])[] = [
    ["range-count", "Zebedee reads a book from page $1001$ to page $1003$, both pages included. How many pages does Zebedee read?", "3"],
    ["range-count", "The spoons numbered $7$ to $7$, inclusive, were handed out. How many spoons were handed out?", "1"],
    ["range-count", "How many integers lie strictly between $5$ and $6$?", "0"],
    ["multiples-count", "How many integers from $1$ to $1000$ are divisible by $7$?", "142"],
    ["multiples-count", "How many multiples of $10$ lie strictly between $5$ and $41$?", "4"],
    ["series", "Find the sum of the arithmetic series $1 + 2 + 3 + \\cdots + 100$.", "5050"],
    ["series", "How many terms does the arithmetic sequence $5, 105, 205, \\ldots, 1005$ have?", "11"],
    ["overlap-count", "How many integers from $1$ to $100$ are divisible by $2$ or by $5$?", "60"],
    [
      "overlap-count",
      "At a school $9$ pupils learn Welsh, $8$ pupils learn Basque and $7$ pupils learn both. How many pupils learn at least one of the two languages?",
      "10",
    ],
    ["meet-again", "What is the smallest positive integer that is divisible by both $100$ and $75$?", "300"],
    ["residue", "What is the remainder when $-1$ is divided by $1000$?", "999"],
    ["packing", "Zebedee packs $1000$ spoons in sacks of $300$. How many sacks are needed to hold all the spoons?", "4"],
    ["letters", "In how many different ways can the letters of the word $\\text{NOON}$ be arranged?", "6"],
    ["letters", "How many different $3$-digit numbers can be written with the digits $0, 0, 8$, each as often as it is listed?", "1"],
    [
      "choose",
      "A committee of $4$ people is chosen from the $5$ members of the knitting circle. How many different committees are possible?",
      "5",
    ],
    ["choose", "In a race with $3$ runners and no ties, in how many ways can the gold, silver and bronze medals be won?", "6"],
    ["number-pairs", "How many unordered pairs of positive integers have the product $49$?", "2"],
    ["number-pairs", "How many ordered pairs $(a, b)$ of positive integers satisfy $a + b = 5$?", "4"],
    [
      "percent-chain",
      "The price of a pet llama was $50$ dollars. It was lowered by $50\\%$ and then lowered again by $50\\%$. What is the price now, in dollars?",
      "\\frac{25}{2}",
    ],
    ["rate", "A zeppelin goes at a steady $90$ kilometers per hour. How many kilometers does it cover in $100$ minutes?", "150"],
    [
      "circle",
      "The diameter of a circle is $7$. What is the area of the circle? Express your answer in terms of $\\pi$.",
      "\\frac{49}{4}\\pi",
    ],
    [
      "draw",
      "A bag holds $2$ grey and $2$ pink balls. Two balls are drawn at random, one after the other, without putting the first one back. What is the probability that both are pink? Express your answer as a common fraction.",
      "\\frac{1}{6}",
    ],
    [
      "together",
      "Zebedee paints a shed in $3$ hours, and Quill paints the same shed in $6$ hours. Working together they need $\\frac{m}{n}$ hours, where $m$ and $n$ are relatively prime positive integers. Find $m+n$.",
      "3",
    ],
    ["average", "What is the arithmetic mean of $1, 1, 2$? Give your answer to the nearest thousandth.", "1.333"],
  ];

  it.each(foreign)("%s: %s", async (family, text, answer) => {
    const plan = planFor(text);
    expect(plan?.family).toBe(family);
    const reply = plan?.answer?.(new Set()) ?? "";
    expect(boxOf(reply)).toBe(answer);
    expect(await graded({ text, answer }, reply)).toMatchObject({ passed: true });
  });

  it("does not hang on names", () => {
    for (const { draft } of planned) {
      const renamed = names.reduce(
        (text, name, i) => text.replaceAll(new RegExp(`\\b${name}\\b`, "g"), `Xq${String.fromCharCode(97 + i)}o`),
        draft.text,
      );
      expect(planFor(renamed)?.answer?.(new Set())).toBe(planFor(draft.text)?.answer?.(new Set()));
    }
  });

  it("follows the numbers of the text: another number, another working", () => {
    for (const { draft } of planned) {
      const sound = (text: string) => planFor(text)?.answer?.(new Set());
      const changed = [...draft.text.matchAll(/\d+/g)].map(
        ({ index, 0: n }) => `${draft.text.slice(0, index)}${Number(n) + 1}${draft.text.slice(index + n.length)}`,
      );
      if (changed.length > 0)
        expect(
          changed.some((text) => sound(text) !== sound(draft.text)),
          draft.text,
        ).toBe(true);
    }
  });

  it("finds the task in a log, whatever stands around it", () => {
    const { draft } = planned[0] ?? {};
    const text = draft?.text ?? "";
    const log = `# Log of an episode\n\n## User\n\n${messageFor(text)}\n\nMind the ends.\n\n## Assistant\n\n${planFor(text)?.answer?.(new Set())}\n`;
    const approach = world.playbook?.open(log);
    expect(approach?.look).toBeUndefined();
    expect(approach?.plan(log)?.answer?.(new Set())).toBe(planFor(text)?.answer?.(new Set()));
  });

  it("does not claim to understand what it does not know, and guesses in the form that is asked for", () => {
    for (const text of [
      "Let $ABC$ be a triangle with $AB = 13$, $BC = 14$, $CA = 15$. Find the radius of its incircle.",
      "How many integers $n$ satisfy $n^2 < 50$?",
      "Find the sum of all integer bases $b$ for which $17_b$ divides $97_b$.",
      "",
    ])
      expect(planFor(text)).toBeUndefined();
    expect(world.playbook?.open(messageFor("Find $x$."))?.guess).toMatch(/\\boxed\{0\}$/);
    expect(world.playbook?.open("### problem\nFind $x$.")).toBeUndefined();
    expect(world.playbook?.open("### instruction\nFill column B.\n### answer_position\nB2")).toBeUndefined();
  });
});

describe("problems that make no sense", () => {
  it("are not understood or answered somehow, but break nothing", () => {
    for (const { draft } of planned.slice(0, 64)) {
      const numbers = [...draft.text.matchAll(/\d+/g)];
      for (const value of ["0", "1", "7", "100", "99999", "9".repeat(20), "9".repeat(400)])
        for (const { index, 0: old } of numbers.slice(0, 4)) {
          const plan = planFor(`${draft.text.slice(0, index)}${value}${draft.text.slice(index + old.length)}`);
          expect(plan?.answer?.(new Set(plan.traps)) ?? "").not.toMatch(/NaN|Infinity|undefined/);
        }
    }
  });
});
