/** Counting in ranges. */
import { rounded } from "../../numbers.ts";
import { type FamilySolver, jobOf, numbersBy } from "../family.ts";

const inclusiveRange = [
  /from page (\d+) to page (\d+), both pages included\. How many/i,
  /numbered (\d+) (?:through|to) (\d+), inclusive,.* How many/i,
  /integers n satisfy (\d+) <= n <= (\d+)/i,
  /from day (\d+) of the year up to and including day (\d+)\. On how many days/i,
] as const;
const strictRange = [
  /integers lie strictly between (\d+) and (\d+)/i,
  /without gaps\. How many of them stand after number (\d+) and before number (\d+)/i,
  /integers n satisfy (\d+) < n < (\d+)/i,
] as const;
const ringOfPosts = /all the way round .*circumference of (\d+) met(?:re|er)s\. There is a \w+ every (\d+) met(?:re|er)s\. How many/i;

export const rangeCount: FamilySolver = {
  id: "range-count",
  title: "Counting whole numbers in a range",
  traps: ["ends-left-out", "ends-counted", "ring-of-posts"],
  understand(text) {
    const closed = numbersBy(text, ...inclusiveRange);
    if (closed !== undefined) {
      const [a = 0, b = 0] = closed;
      return jobOf(["ends-left-out"], (sprung) => {
        const short = sprung.has("ends-left-out");
        const count = short ? b - a : b - a + 1;
        return {
          lines: [
            `The count begins with ${a} and finishes with ${b}.`,
            short ? `Subtracting gives ${b} - ${a} = ${count}.` : `Both ends belong to it, so it is ${b} - ${a} + 1 = ${count}.`,
            `That makes ${count} in all.`,
          ],
          answer: String(count),
        };
      });
    }
    const open = numbersBy(text, ...strictRange);
    if (open !== undefined) {
      const [a = 0, b = 0] = open;
      return jobOf(["ends-counted"], (sprung) => {
        const long = sprung.has("ends-counted");
        const count = long ? b - a + 1 : b - a - 1;
        return {
          lines: [
            `The limits are ${a} and ${b}.`,
            long
              ? `From end to end it is ${b} - ${a} + 1 = ${count}.`
              : `Neither limit belongs to it, so it is ${b} - ${a} - 1 = ${count}.`,
            `That makes ${count} in all.`,
          ],
          answer: String(count),
        };
      });
    }
    const ring = numbersBy(text, ringOfPosts);
    if (ring === undefined) return undefined;
    const [round = 0, gap = 1] = ring;
    return jobOf(["ring-of-posts"], (sprung) => {
      const extra = sprung.has("ring-of-posts");
      const count = extra ? round / gap + 1 : round / gap;
      return {
        lines: [
          `The way round has ${round}/${gap} = ${round / gap} gaps.`,
          extra
            ? `There is one more post than gaps, ${count}.`
            : "The last post is the first one again, so there are as many posts as gaps.",
          `That makes ${count} posts.`,
        ],
        answer: String(count),
      };
    });
  },
};

const multiplesClosed = [
  /multiples of (\d+) are there from (\d+) to (\d+), inclusive/i,
  /second whose number is a multiple of (\d+)\. .*from second (\d+) (?:through|to) second (\d+), both included/i,
] as const;
const multiplesOpen = /multiples of (\d+) lie strictly between (\d+) and (\d+)/i;

export const multiplesCount: FamilySolver = {
  id: "multiples-count",
  title: "Counting multiples in a range",
  traps: ["ends-left-out", "ends-counted"],
  understand(text) {
    const [low = 0, high = 0, divisor = 1] = numbersBy(text, /integers from (\d+) (?:through|to) (\d+) are divisible by (\d+)\?/i) ?? [];
    const closed = numbersBy(text, ...multiplesClosed) ?? (high > 0 ? [divisor, low, high] : undefined);
    if (closed !== undefined) {
      const [d = 1, a = 0, b = 0] = closed;
      const [first, last] = [Math.ceil(a / d), Math.floor(b / d)];
      return jobOf(["ends-left-out"], (sprung) => {
        const short = sprung.has("ends-left-out");
        const count = short ? last - first : last - first + 1;
        return {
          lines: [
            `The first multiple is ${first} * ${d} = ${first * d}, the last one ${last} * ${d} = ${last * d}.`,
            short
              ? `From ${first} to ${last} it is ${last} - ${first} = ${count}.`
              : `From ${first} to ${last}, both counted, it is ${last} - ${first} + 1 = ${count}.`,
            `So there are ${count} multiples.`,
          ],
          answer: String(count),
        };
      });
    }
    const [over = 0, under = 0, by = 1] = numbersBy(text, /greater than (\d+) and less than (\d+) are divisible by (\d+)\?/i) ?? [];
    const open = numbersBy(text, multiplesOpen) ?? (under > 0 ? [by, over, under] : undefined);
    if (open === undefined) return undefined;
    const [d = 1, a = 0, b = 0] = open;
    return jobOf(["ends-counted"], (sprung) => {
      const long = sprung.has("ends-counted");
      const [first, last] = long ? [Math.ceil(a / d), Math.floor(b / d)] : [Math.floor(a / d) + 1, Math.ceil(b / d) - 1];
      return {
        lines: [
          long ? `Multiples from ${a} to ${b} are looked for.` : `The limits ${a} and ${b} themselves do not count.`,
          `The first multiple is ${first} * ${d} = ${first * d}, the last one ${last} * ${d} = ${last * d}.`,
          `So there are ${last} - ${first} + 1 = ${last - first + 1} multiples.`,
        ],
        answer: String(last - first + 1),
      };
    });
  },
};

const sumAsked = [
  /sum of the arithmetic series (\d+) \+ (\d+) \+ \d+ \+ \.\.\. \+ (\d+)/i,
  /rows of .* have (\d+), (\d+), \d+, \.\.\. .*last row has (\d+) .*in all/i,
  /sum of all terms of the arithmetic sequence (\d+), (\d+), \d+, \.\.\., (\d+)/i,
] as const;
const lengthAsked = [
  /How many terms does the arithmetic sequence (\d+), (\d+), \d+, \.\.\., (\d+) have/i,
  /writes down (\d+), (\d+), \d+ and so on in equal steps, and stops after writing (\d+)\. How many/i,
] as const;
const termAsked = /term number (\d+) of the arithmetic sequence (\d+), (\d+), \d+, \.\.\./i;

export const series: FamilySolver = {
  id: "series",
  title: "Arithmetic series",
  traps: ["ends-left-out", "last-step", "terms-for-steps"],
  understand(text) {
    const sum = numbersBy(text, ...sumAsked);
    const found = sum ?? numbersBy(text, ...lengthAsked);
    if (found !== undefined) {
      const [a = 0, second = 1, z = 0] = found;
      const d = second - a;
      if (d <= 0 || z < a || (z - a) % d !== 0) return undefined;
      return jobOf(sum === undefined ? ["ends-left-out"] : ["ends-left-out", "last-step"], (sprung) => {
        const short = sprung.has("ends-left-out");
        const terms = short ? (z - a) / d : (z - a) / d + 1;
        const counted = [
          `Each step is ${d}, and from ${a} to ${z} there are (${z} - ${a})/${d} = ${(z - a) / d} steps.`,
          short ? `So there are ${terms} terms.` : `There is one term more than steps: ${terms} terms.`,
        ];
        if (sum === undefined) return { lines: [...counted, "Their number was asked."], answer: String(terms) };
        if (sprung.has("last-step"))
          return { lines: [...counted, `The series has ${terms} terms, and that is it.`], answer: String(terms) };
        const total = terms * (a + z);
        const answer = total % 2 === 0 ? String(total / 2) : rounded({ n: total, d: 2 }, 1);
        return { lines: [...counted, `Their mean is (${a} + ${z})/2, so the sum is ${terms} * (${a} + ${z})/2 = ${answer}.`], answer };
      });
    }
    const term = numbersBy(text, termAsked);
    if (term === undefined) return undefined;
    const [k = 1, a = 0, second = 0] = term;
    const d = second - a;
    return jobOf(["terms-for-steps"], (sprung) => {
      const steps = sprung.has("terms-for-steps") ? k : k - 1;
      const value = a + steps * d;
      return {
        lines: [
          `The sequence starts with ${a} and grows by ${d}.`,
          `Up to term ${k} there are ${steps} steps.`,
          `So the term is ${a} + ${steps} * ${d} = ${value}.`,
        ],
        answer: String(value),
      };
    });
  },
};
