/** Counting in ranges: whole numbers, multiples, terms of a sequence. */
import { inTurn, type Make, type Maker } from "../draft.ts";
import { goods, names, sights } from "../vocabulary.ts";

const inclusive: Make = (r, wording) => {
  const a = r.int(12, 90);
  const b = a + r.int(25, 140);
  const name = r.pick(names);
  const things = r.pick(goods);
  const text = inTurn(
    [
      `${name} reads a book from page $${a}$ to page $${b}$, both pages included. How many pages does ${name} read?`,
      `The ${things} numbered $${a}$ through $${b}$, inclusive, were handed out. How many ${things} were handed out?`,
      `How many integers $n$ satisfy $${a} \\le n \\le ${b}$?`,
      `A ${r.pick(sights)} is open every day from day $${a}$ of the year up to and including day $${b}$. On how many days is it open?`,
    ],
    wording,
  );
  return { text, answer: String(b - a + 1) };
};

const strict: Make = (r, wording) => {
  const a = r.int(12, 90);
  const b = a + r.int(25, 140);
  const text = inTurn(
    [
      `How many integers lie strictly between $${a}$ and $${b}$?`,
      `The houses of a lane are numbered in order without gaps. How many of them stand after number $${a}$ and before number $${b}$?`,
      `How many integers $n$ satisfy $${a} < n < ${b}$?`,
    ],
    wording,
  );
  return { text, answer: String(b - a - 1) };
};

const ring: Make = (r) => {
  const gap = r.int(3, 12);
  const posts = r.int(15, 60);
  const text = `A fence is built all the way round a circular field with a circumference of $${gap * posts}$ metres. There is a post every $${gap}$ metres. How many posts are there?`;
  return { text, answer: String(posts) };
};

const multiplesIn: Make = (r, wording) => {
  const d = r.int(3, 13);
  const first = r.int(3, 9);
  const last = first + r.int(8, 30);
  const a = d * first - r.int(0, 1) * r.int(0, d - 1);
  const b = d * last + r.int(0, d - 1);
  const text = inTurn(
    [
      `How many multiples of $${d}$ are there from $${a}$ to $${b}$, inclusive?`,
      `How many integers from $${a}$ through $${b}$ are divisible by $${d}$?`,
      `A lamp flashes at every second whose number is a multiple of $${d}$. How many times does it flash from second $${a}$ through second $${b}$, both included?`,
    ],
    wording,
  );
  return { text, answer: String(last - first + 1) };
};

const multiplesBetween: Make = (r, wording) => {
  const d = r.int(3, 13);
  const first = r.int(3, 9);
  const last = first + r.int(8, 30);
  const [a, b] = [d * first, d * last];
  const text = inTurn(
    [
      `How many multiples of $${d}$ lie strictly between $${a}$ and $${b}$?`,
      `How many integers that are greater than $${a}$ and less than $${b}$ are divisible by $${d}$?`,
    ],
    wording,
  );
  return { text, answer: String(last - first - 1) };
};

const progression = (r: Parameters<Make>[0]) => {
  const d = r.int(2, 9);
  const a = r.int(3, 20);
  const terms = 2 * r.int(6, 20);
  const z = a + (terms - 1) * d;
  return { d, a, terms, z };
};

const seriesSum: Make = (r, wording) => {
  const { d, a, terms, z } = progression(r);
  const text = inTurn(
    [
      `Find the sum of the arithmetic series $${a} + ${a + d} + ${a + 2 * d} + \\cdots + ${z}$.`,
      `The rows of a theatre have $${a}, ${a + d}, ${a + 2 * d}, \\ldots$ seats, each row $${d}$ more than the one before it, and the last row has $${z}$ seats. How many seats are there in all?`,
      `What is the sum of all terms of the arithmetic sequence $${a}, ${a + d}, ${a + 2 * d}, \\ldots, ${z}$?`,
    ],
    wording,
  );
  return { text, answer: String(((a + z) * terms) / 2) };
};

const seriesLength: Make = (r, wording) => {
  const { d, a, terms, z } = progression(r);
  const text = inTurn(
    [
      `How many terms does the arithmetic sequence $${a}, ${a + d}, ${a + 2 * d}, \\ldots, ${z}$ have?`,
      `${r.pick(names)} writes down $${a}, ${a + d}, ${a + 2 * d}$ and so on in equal steps, and stops after writing $${z}$. How many numbers are written down?`,
    ],
    wording,
  );
  return { text, answer: String(terms) };
};

const seriesTerm: Make = (r) => {
  const { d, a } = progression(r);
  const k = r.int(15, 60);
  const text = `What is the term number $${k}$ of the arithmetic sequence $${a}, ${a + d}, ${a + 2 * d}, \\ldots$, where $${a}$ is term number $1$?`;
  return { text, answer: String(a + (k - 1) * d) };
};

export const rangeMakers: readonly Maker[] = [
  { family: "range-count", modes: [inclusive, strict], rare: ring },
  { family: "multiples-count", modes: [multiplesIn, multiplesBetween] },
  { family: "series", modes: [seriesSum, seriesLength], rare: seriesTerm },
];
