/** Counting choices and arrangements. */
import { factorial, inOrder } from "../../numbers.ts";
import { inTurn, type Make, type Maker } from "../draft.ts";
import { clubs, colours, names } from "../vocabulary.ts";

const words = "BANANA LEVEL PEPPER ARRANGE COFFEE BALLOON SUCCESS TATTOO LETTER ALGEBRA MISSISSIPPI COMMITTEE PARALLEL SEVENTEEN".split(
  " ",
);

/** Arrangements of things of which so many each are alike. */
const alike = (counts: readonly number[]): number =>
  counts.reduce((ways, n) => ways / factorial(n), factorial(counts.reduce((sum, n) => sum + n, 0)));

function countsOf(word: string): readonly number[] {
  return [...new Set(word)].map((letter) => [...word].filter((l) => l === letter).length);
}

const letters: Make = (r, wording) => {
  const word = r.pick(words);
  const text = inTurn(
    [
      `In how many different ways can the letters of the word $\\text{${word}}$ be arranged?`,
      `How many distinguishable arrangements are there of the letters in the word ${word}?`,
    ],
    wording,
  );
  return { text, answer: String(alike(countsOf(word))) };
};

const flags: Make = (r, wording) => {
  const [one, two, three] = r.some(colours, 3);
  const counts = [r.int(2, 4), r.int(2, 3), r.int(1, 2)] as const;
  const name = r.pick(names);
  const digits = r.some([1, 2, 3, 4, 5, 6, 7, 8, 9], 3).flatMap((digit, i) => Array.from({ length: counts[i] ?? 1 }, () => digit));
  const text = inTurn(
    [
      `${name} has $${counts[0]}$ ${one}, $${counts[1]}$ ${two} and $${counts[2]}$ ${three} flags; flags of one colour look the same. In how many different orders can ${name} hang all of them in a row?`,
      `How many different $${digits.length}$-digit numbers can be written with the digits $${digits.join(", ")}$, each as often as it is listed?`,
    ],
    wording,
  );
  return { text, answer: String(alike(counts)) };
};

const leadingZero: Make = (r) => {
  const [double, ...others] = r.some([1, 2, 3, 4, 5, 6, 7, 8, 9], 4);
  const digits = [0, double, double, ...others];
  const text = `How many different $${digits.length}$-digit numbers can be written with the digits $${digits.join(", ")}$, each as often as it is listed?`;
  return { text, answer: String(alike([1, 2, 1, 1, 1]) - alike([2, 1, 1, 1])) };
};

const numberWord = (k: number): string => (k === 2 ? "two" : "three");

const committee: Make = (r, wording) => {
  const n = r.int(7, 20);
  const k = r.int(2, 3);
  const club = r.pick(clubs);
  const all = [
    {
      text: `A committee of $${k}$ people is chosen from the $${n}$ members of the ${club}. How many different committees are possible?`,
      k,
    },
    { text: `At a party with $${n}$ guests everybody shakes hands once with everybody else. How many handshakes are there?`, k: 2 },
    {
      text: `In how many ways can ${numberWord(k)} different books be picked out of $${n}$ different books to take along on a journey?`,
      k,
    },
  ];
  const chosen = inTurn(all, wording);
  return { text: chosen.text, answer: String(inOrder(n, chosen.k) / factorial(chosen.k)) };
};

const officers: Make = (r, wording) => {
  const n = r.int(7, 20);
  const club = r.pick(clubs);
  const all = [
    {
      text: `The ${club} has $${n}$ members. In how many ways can it elect a president, a secretary and a treasurer, if nobody holds two offices?`,
      k: 3,
    },
    { text: `In a race with $${n}$ runners and no ties, in how many ways can the gold, silver and bronze medals be won?`, k: 3 },
    {
      text: `The ${club} has $${n}$ members. In how many ways can it elect a captain and a vice-captain, who must be different people?`,
      k: 2,
    },
  ];
  const chosen = inTurn(all, wording);
  return { text: chosen.text, answer: String(inOrder(n, chosen.k)) };
};

const roundTable: Make = (r) => {
  const n = r.int(5, 8);
  const text = `In how many different ways can $${n}$ people sit down at a round table with $${n}$ chairs, if two ways are the same when one can be turned into the other?`;
  return { text, answer: String(factorial(n - 1)) };
};

const divisorCount = (n: number): number => Array.from({ length: n }, (_, i) => i + 1).filter((d) => n % d === 0).length;

const unorderedPairs: Make = (r, wording) => {
  const sum = r.int(15, 90);
  const product = r.pick([36, 48, 60, 72, 84, 90, 96, 100, 108, 120, 144, 180]);
  const count = divisorCount(product);
  return inTurn(
    [
      {
        text: `In how many ways can $${sum}$ be written as a sum of two positive integers, if the order of the two does not matter?`,
        answer: String(Math.floor(sum / 2)),
      },
      {
        text: `How many unordered pairs of positive integers have the product $${product}$?`,
        answer: String(Math.ceil(count / 2)),
      },
      { text: `How many unordered pairs of positive integers have the sum $${sum}$?`, answer: String(Math.floor(sum / 2)) },
    ],
    wording,
  );
};

const orderedPairs: Make = (r, wording) => {
  const sum = r.int(15, 90);
  const product = r.pick([36, 48, 60, 72, 84, 90, 96, 100, 108, 120, 144, 180]);
  return inTurn(
    [
      { text: `How many ordered pairs $(x, y)$ of positive integers satisfy $x + y = ${sum}$?`, answer: String(sum - 1) },
      { text: `How many ordered pairs $(x, y)$ of positive integers satisfy $xy = ${product}$?`, answer: String(divisorCount(product)) },
    ],
    wording,
  );
};

export const choiceMakers: readonly Maker[] = [
  { family: "letters", modes: [letters, flags], rare: leadingZero },
  { family: "choose", modes: [committee, officers], rare: roundTable },
  { family: "number-pairs", modes: [unorderedPairs, orderedPairs] },
];
