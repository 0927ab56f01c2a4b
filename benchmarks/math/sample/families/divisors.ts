/** Divisibility: overlaps, common multiples, remainders. */
import { gcd, lcm } from "../../numbers.ts";
import { inTurn, type Make, type Maker } from "../draft.ts";
import type { Random } from "../random.ts";
import { bakes, boxes, languages, names } from "../vocabulary.ts";

/** Two numbers with a common divisor, neither dividing the other. */
function related(r: Random): { readonly a: number; readonly b: number } {
  for (;;) {
    const [a, b] = [r.int(4, 15), r.int(6, 24)];
    if (gcd(a, b) > 1 && b % a !== 0 && a % b !== 0) return { a, b };
  }
}

const overlap: Make = (r, wording) => {
  const { a, b } = related(r);
  const limit = a * b + r.int(20, 400);
  const text = inTurn(
    [
      `How many integers from $1$ to $${limit}$ are divisible by $${a}$ or by $${b}$?`,
      `How many positive integers not exceeding $${limit}$ are multiples of $${a}$ or of $${b}$ or of both?`,
    ],
    wording,
  );
  const both = Math.floor(limit / lcm(a, b));
  return { text, answer: String(Math.floor(limit / a) + Math.floor(limit / b) - both) };
};

const classes: Make = (r, wording) => {
  const both = r.int(6, 25);
  const [x, y] = [both + r.int(10, 60), both + r.int(10, 60)];
  const [one, other] = r.some(languages, 2);
  const text = inTurn(
    [
      `At a school $${x}$ students learn ${one}, $${y}$ students learn ${other} and $${both}$ students learn both. How many students learn at least one of the two languages?`,
      `In a survey $${x}$ people said that they read the morning paper, $${y}$ that they read the evening paper, and $${both}$ of these read both. How many of the people read at least one of the two papers?`,
    ],
    wording,
  );
  return { text, answer: String(x + y - both) };
};

const together: Make = (r, wording) => {
  const { a, b } = related(r);
  const text = inTurn(
    [
      `Two buses leave the station together at noon. One line leaves every $${a}$ minutes, the other every $${b}$ minutes. After how many minutes do they next leave together?`,
      `One beacon flashes every $${a}$ seconds and another one every $${b}$ seconds. They have just flashed at the same time. After how many seconds do they next flash at the same time?`,
      `What is the smallest positive integer that is divisible by both $${a}$ and $${b}$?`,
    ],
    wording,
  );
  return { text, answer: String(lcm(a, b)) };
};

const tiles: Make = (r) => {
  for (;;) {
    const side = r.int(12, 60);
    const [p, q] = [r.int(4, 11), r.int(4, 11)];
    if (gcd(p, q) !== 1 || p === q || p * q === side) continue;
    const text = `A rectangular floor of $${side * p}$ cm by $${side * q}$ cm is to be covered completely with equal square tiles, which are to be as large as possible; no tile is cut. How many tiles are needed?`;
    return { text, answer: String(p * q) };
  }
};

const residue: Make = (r, wording) => {
  const m = r.int(5, 19);
  const a = m * r.int(2, 9) + r.int(1, m - 1);
  const x = r.int(3, 30);
  const text = inTurn(
    [
      `What is the remainder when $-${a}$ is divided by $${m}$?`,
      `Find the integer $r$ with $0 \\le r < ${m}$ for which $r \\equiv -${a} \\pmod{${m}}$.`,
      `What is the remainder when $${x} - ${x + a}$ is divided by $${m}$?`,
    ],
    wording,
  );
  return { text, answer: String(m - (a % m)) };
};

const cycle: Make = (r) => {
  const k = r.int(5, 9);
  const n = k * r.int(12, 60);
  const pattern = Array.from({ length: k }, (_, i) => i + 1).join(", ");
  const text = `Beads on a long string carry the numbers $${pattern}$ over and over again in this order. Which number is on bead number $${n}$?`;
  return { text, answer: String(k) };
};

const packing: Make = (r, wording) => {
  const [name, things, kind] = [r.pick(names), r.pick(bakes), r.pick(boxes)];
  const size = r.int(6, 14);
  const full = size + r.int(2, 20);
  // Half a box left over and half a box to fill would be the same number.
  const rest = r.pick(Array.from({ length: size - 1 }, (_, i) => i + 1).filter((n) => 2 * n !== size));
  const start = `${name} packs $${size * full + rest}$ ${things} in ${kind} of $${size}$.`;
  return inTurn(
    [
      { text: `${start} How many ${things} are left over when as many ${kind} as possible are full?`, answer: String(rest) },
      { text: `${start} How many ${kind} are needed to hold all the ${things}?`, answer: String(full + 1) },
      { text: `${start} When the last one is not full, how many more ${things} would fill it?`, answer: String(size - rest) },
    ],
    wording,
  );
};

export const divisorMakers: readonly Maker[] = [
  { family: "overlap-count", modes: [overlap, classes] },
  { family: "meet-again", modes: [together, tiles] },
  { family: "residue", modes: [residue], rare: cycle },
  { family: "packing", modes: [packing] },
];
