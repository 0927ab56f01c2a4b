/** Answers that are fractions: reduced and added up, written exactly, or rounded as asked. */
import { type Fraction, gcd, reduced, rounded, texOf } from "../../numbers.ts";
import { inTurn, type Make, type Maker } from "../draft.ts";
import type { Random } from "../random.ts";
import { colours, names } from "../vocabulary.ts";

const lowest = "where $m$ and $n$ are relatively prime positive integers. Find $m+n$.";
const exactly = "Express your answer as a common fraction.";

function sumOf(fraction: Fraction): string {
  const { n, d } = reduced(fraction);
  return String(n + d);
}

/** Colours and numbers of balls for which the probability can be reduced and is no short decimal. */
function bag(r: Random): { red: number; blue: number; one: string; other: string; both: Fraction } {
  const [one = "red", other = "blue"] = r.some(colours, 2);
  for (;;) {
    const [red, blue] = [r.int(4, 11), r.int(3, 12)];
    const both = { n: red * (red - 1), d: (red + blue) * (red + blue - 1) };
    if (gcd(both.n, both.d) > 1 && 1000 % reduced(both).d !== 0) return { red, blue, one, other, both };
  }
}

const drawSum: Make = (r, wording) => {
  const { red, blue, one, other, both } = bag(r);
  const text = inTurn(
    [
      `A bag holds $${red}$ ${one} and $${blue}$ ${other} balls. Two balls are drawn at random, one after the other, without putting the first one back. The probability that both are ${one} is $\\frac{m}{n}$, ${lowest}`,
      `Two marbles are taken at random from a jar with $${red}$ ${one} and $${blue}$ ${other} marbles and nothing else; none is returned. The probability that both marbles are ${one} can be written as $\\frac{m}{n}$, ${lowest}`,
    ],
    wording,
  );
  return { text, answer: sumOf(both) };
};

const drawExact: Make = (r, wording) => {
  const { red, blue, one, other, both } = bag(r);
  const text = inTurn(
    [
      `A bag holds $${red}$ ${one} and $${blue}$ ${other} balls. Two balls are drawn at random, one after the other, without putting the first one back. What is the probability that both are ${one}? ${exactly}`,
      `Two marbles are taken at random from a jar with $${red}$ ${one} and $${blue}$ ${other} marbles and nothing else; none is returned. What is the probability that both marbles are ${one}? ${exactly}`,
    ],
    wording,
  );
  return { text, answer: texOf(reduced(both)) };
};

const drawAny: Make = (r) => {
  const { red, blue, one, other } = bag(r);
  const all = red + blue;
  const text = `A bag holds $${red}$ ${one} and $${blue}$ ${other} balls. Two balls are drawn at random, one after the other, without putting the first one back. What is the probability that at least one of them is ${one}? ${exactly}`;
  return { text, answer: texOf(reduced({ n: all * (all - 1) - blue * (blue - 1), d: all * (all - 1) })) };
};

/** Times for two workers, with a common divisor and no short decimal. */
function shift(r: Random): { a: number; b: number; time: Fraction } {
  for (;;) {
    const [a, b] = [r.int(4, 18), r.int(6, 24)];
    const time = { n: a * b, d: a + b };
    if (a !== b && gcd(time.n, time.d) > 1 && 1000 % reduced(time).d !== 0) return { a, b, time };
  }
}

const togetherSum: Make = (r, wording) => {
  const { a, b, time } = shift(r);
  const [one, other] = r.some(names, 2);
  const text = inTurn(
    [
      `${one} paints a fence in $${a}$ hours, and ${other} paints the same fence in $${b}$ hours. Working together they need $\\frac{m}{n}$ hours, ${lowest}`,
      `One pipe fills a tank in $${a}$ hours, another one fills it in $${b}$ hours. When both are open, the empty tank is full after $\\frac{m}{n}$ hours, ${lowest}`,
    ],
    wording,
  );
  return { text, answer: sumOf(time) };
};

const togetherExact: Make = (r, wording) => {
  const { a, b, time } = shift(r);
  const [one, other] = r.some(names, 2);
  const text = inTurn(
    [
      `${one} paints a fence in $${a}$ hours, and ${other} paints the same fence in $${b}$ hours. How many hours do they need when they work together? ${exactly}`,
      `One pipe fills a tank in $${a}$ hours, another one fills it in $${b}$ hours. After how many hours is the empty tank full when both are open? ${exactly}`,
    ],
    wording,
  );
  return { text, answer: texOf(reduced(time)) };
};

const drain: Make = (r) => {
  for (;;) {
    const a = r.int(4, 12);
    const b = a + r.int(3, 15);
    const time = reduced({ n: a * b, d: b - a });
    if (1000 % time.d === 0) continue;
    const text = `A pipe fills a tank in $${a}$ hours, and a drain empties the full tank in $${b}$ hours. After how many hours is the empty tank full when both are open? ${exactly}`;
    return { text, answer: texOf(time) };
  }
};

/** Whole numbers whose mean is no short decimal. */
function marks(r: Random): { list: readonly number[]; mean: Fraction } {
  for (;;) {
    const list = Array.from({ length: r.pick([3, 6, 7, 9]) }, () => r.int(11, 98));
    const mean = reduced({ n: list.reduce((sum, n) => sum + n, 0), d: list.length });
    if (1000 % mean.d !== 0) return { list, mean };
  }
}

const meanExact: Make = (r, wording) => {
  const { list, mean } = marks(r);
  const text = inTurn(
    [
      `What is the arithmetic mean of $${list.join(", ")}$? ${exactly}`,
      `${r.pick(names)} scored $${list.join(", ")}$ points in ${list.length} rounds. What was the average number of points a round? ${exactly}`,
    ],
    wording,
  );
  return { text, answer: texOf(mean) };
};

const meanRounded: Make = (r, wording) => {
  const { list, mean } = marks(r);
  const text = inTurn(
    [
      `What is the arithmetic mean of $${list.join(", ")}$? Give your answer to the nearest tenth.`,
      `${r.pick(names)} scored $${list.join(", ")}$ points in ${list.length} rounds. What was the average number of points a round, rounded to the nearest hundredth?`,
    ],
    wording,
  );
  return { text, answer: rounded(mean, (wording % 2) + 1) };
};

const ratioRounded: Make = (r) => {
  for (;;) {
    const [far, time] = [r.int(100, 400), r.pick([3, 6, 7, 9, 11])];
    if (far % time === 0) continue;
    const text = `${r.pick(names)} walks $${far}$ metres in $${time}$ minutes. How many metres a minute is that, rounded to the nearest tenth?`;
    return { text, answer: rounded({ n: far, d: time }, 1) };
  }
};

export const fractionMakers: readonly Maker[] = [
  { family: "draw", modes: [drawSum, drawExact], rare: drawAny },
  { family: "together", modes: [togetherSum, togetherExact], rare: drain },
  { family: "average", modes: [meanRounded, meanExact, ratioRounded] },
];
