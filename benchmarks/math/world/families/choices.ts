/** Choices and arrangements. */
import { factorial, inOrder } from "../../numbers.ts";
import { type FamilySolver, type Job, jobOf, listOf, numbersBy } from "../family.ts";

/** Most things whose orders can be counted exactly here. */
const most = 18;

/** Things in a row, so many of each kind; undefined for too many. */
function arrange(counts: readonly number[], zeros: number): Job | undefined {
  const total = counts.reduce((sum, n) => sum + n, 0);
  if (total > most) return undefined;
  const repeated = counts.filter((n) => n > 1);
  return jobOf(zeros > 0 ? ["identical-distinct", "leading-zero"] : ["identical-distinct"], (sprung) => {
    const distinct = sprung.has("identical-distinct");
    const share = distinct ? 1 : repeated.reduce((product, n) => product * factorial(n), 1);
    const all = factorial(total) / share;
    const lines = [
      `There are ${total} places, and ${total}! = ${factorial(total)} orders of different things.`,
      distinct ? "Every order counts." : `Swapping like ones changes nothing, so it is divided by ${share}: ${all}.`,
    ];
    if (zeros === 0) return { lines: [...lines, `So there are ${all} arrangements.`], answer: String(all) };
    if (sprung.has("leading-zero")) return { lines: [...lines, `So there are ${all} numbers.`], answer: String(all) };
    // A zero in front: the others fill what is left; of the zeros one is used up.
    const front = distinct ? zeros * factorial(total - 1) : (factorial(total - 1) * zeros) / share;
    return {
      lines: [...lines, `${front} of them begin with a zero and are no such numbers: ${all} - ${front} = ${all - front}.`],
      answer: String(all - front),
    };
  });
}

const countsIn = (items: readonly (string | number)[]): readonly number[] =>
  [...new Set(items)].map((item) => items.filter((one) => one === item).length);

const wordAsked = /(?:ways can the letters of the word|arrangements are there of the letters in the word) ([A-Z]+)\b/;
const flagsAsked = /has (\d+) \w+, (\d+) \w+ and (\d+) \w+ flags; .*look the same.* orders can/i;
const digitsAsked = /different (\d+)-digit numbers can be written with the digits ([\d, ]+\d), each/i;

export const letters: FamilySolver = {
  id: "letters",
  title: "Arrangements of things that are partly alike",
  traps: ["identical-distinct", "leading-zero"],
  understand(text) {
    const word = wordAsked.exec(text)?.[1];
    if (word !== undefined) return arrange(countsIn([...word]), 0);
    const flags = numbersBy(text, flagsAsked);
    if (flags !== undefined) return arrange(flags, 0);
    const listed = digitsAsked.exec(text)?.[2];
    if (listed === undefined) return undefined;
    const digits = listOf(listed);
    return arrange(countsIn(digits), digits.filter((digit) => digit === 0).length);
  },
};

const amountOf = (word: string): number => ({ two: 2, three: 3, four: 4 })[word.toLowerCase()] ?? Number(word);

function choice(n: number, k: number, ordered: boolean): Job | undefined {
  if (k > n || k > most || !Number.isSafeInteger(inOrder(n, k))) return undefined;
  return jobOf(ordered ? ["order-ignored"] : ["order-counted"], (sprung) => {
    const counts = ordered !== sprung.has(ordered ? "order-ignored" : "order-counted");
    const product = Array.from({ length: k }, (_, i) => n - i).join(" * ");
    const ways = inOrder(n, k);
    const answer = counts ? ways : ways / factorial(k);
    return {
      lines: [
        `One after the other there are ${product} = ${ways} ways to pick ${k} of ${n}.`,
        counts
          ? "Each of them is a way of its own."
          : `Each group comes up ${factorial(k)} times, so ${ways} is divided by ${factorial(k)}.`,
        `That gives ${answer}.`,
      ],
      answer: String(answer),
    };
  });
}

export const choose: FamilySolver = {
  id: "choose",
  title: "Choosing with and without order",
  traps: ["order-counted", "order-ignored", "round-table"],
  understand(text) {
    const [k, n] = numbersBy(text, /committee of (\d+) people is chosen from the (\d+) members/i) ?? [];
    if (k !== undefined && n !== undefined) return choice(n, k, false);
    const [guests] = numbersBy(text, /with (\d+) guests everybody shakes hands once with everybody else/i) ?? [];
    if (guests !== undefined) return choice(guests, 2, false);
    const [, word, stock] = /ways can (\w+) different \w+ be picked out of (\d+) different/i.exec(text) ?? [];
    if (word !== undefined) return choice(Number(stock), amountOf(word), false);
    const [members] = numbersBy(text, /has (\d+) members\. In how many ways can it elect/i) ?? [];
    if (members !== undefined) return choice(members, /elect an? [\w-]+, an? [\w-]+ and an? /i.test(text) ? 3 : 2, true);
    const [runners] = numbersBy(text, /with (\d+) runners and no ties, .*gold, silver and bronze/i) ?? [];
    if (runners !== undefined) return choice(runners, 3, true);
    const [people] = numbersBy(text, /ways can (\d+) people sit down at a round table.* can be turned into the other/i) ?? [];
    if (people === undefined || people < 1 || people > most) return undefined;
    return jobOf(["round-table"], (sprung) => {
      const row = sprung.has("round-table");
      const answer = factorial(row ? people : people - 1);
      return {
        lines: [
          `${people} people can be put in order in ${people}! = ${factorial(people)} ways.`,
          row ? "Each order is a way to sit." : `Turning gives ${people} of these for each way to sit, so one divides by ${people}.`,
          `That gives ${answer}.`,
        ],
        answer: String(answer),
      };
    });
  },
};

const sumUnordered = [
  /can (\d+) be written as a sum of two positive integers, if the order of the two does not matter/i,
  /unordered pairs of positive integers have the sum (\d+)/i,
] as const;

/** All pairs and those whose members are equal. */
function pairs(all: number, equal: number, what: string, ordered: boolean): Job {
  return jobOf(ordered ? ["order-ignored"] : ["order-counted"], (sprung) => {
    const counts = ordered !== sprung.has(ordered ? "order-ignored" : "order-counted");
    const answer = counts ? all : (all + equal) / 2;
    return {
      lines: [
        `The first number can be any of ${all}, and the second one follows from the ${what}.`,
        counts
          ? "Each of these pairs counts."
          : `A pair and the same pair turned round count once, and ${equal} have equal members: (${all} + ${equal})/2.`,
        `That gives ${answer}.`,
      ],
      answer: String(answer),
    };
  });
}

export const numberPairs: FamilySolver = {
  id: "number-pairs",
  title: "Pairs of numbers with a given sum or product",
  traps: ["order-counted", "order-ignored"],
  understand(text) {
    const ofSum = (sum: number, ordered: boolean) => pairs(sum - 1, sum % 2 === 0 ? 1 : 0, "sum", ordered);
    const ofProduct = (product: number, ordered: boolean) => {
      const divisors = Array.from({ length: product }, (_, i) => i + 1).filter((d) => product % d === 0).length;
      return pairs(divisors, divisors % 2, "product", ordered);
    };
    const [loose] = numbersBy(text, ...sumUnordered) ?? [];
    if (loose !== undefined) return ofSum(loose, false);
    const [looseProduct] = numbersBy(text, /unordered pairs of positive integers have the product (\d+)/i) ?? [];
    if (looseProduct !== undefined) return looseProduct > 100_000 ? undefined : ofProduct(looseProduct, false);
    const [sum] = numbersBy(text, /ordered pairs \(\w, ?\w\) of positive integers satisfy \w ?\+ ?\w ?= ?(\d+)/i) ?? [];
    if (sum !== undefined) return ofSum(sum, true);
    const [product] = numbersBy(text, /ordered pairs \(\w, ?\w\) of positive integers satisfy \w ?\w ?= ?(\d+)/i) ?? [];
    return product === undefined || product > 100_000 ? undefined : ofProduct(product, true);
  },
};
