/** Divisibility. */
import { gcd, lcm } from "../../numbers.ts";
import { type FamilySolver, jobOf, listOf, numbersBy } from "../family.ts";

const eitherMultiple = [
  /integers from 1 to (\d+) are divisible by (\d+) or by (\d+)/i,
  /integers not exceeding (\d+) are multiples of (\d+) or of (\d+)/i,
] as const;
const eitherGroup = [
  /(\d+) \w+ learn \w+, (\d+) \w+ learn \w+ and (\d+) \w+ learn both\. How many .*at least one/i,
  /(\d+) people said .*, (\d+) that they .*, and (\d+) of these .* both\. How many .*at least one/i,
] as const;

export const overlapCount: FamilySolver = {
  id: "overlap-count",
  title: "Counting two overlapping groups",
  traps: ["overlap-twice", "product-for-lcm"],
  understand(text) {
    const multiples = numbersBy(text, ...eitherMultiple);
    if (multiples !== undefined) {
      const [limit = 0, a = 1, b = 1] = multiples;
      const [x, y] = [Math.floor(limit / a), Math.floor(limit / b)];
      return jobOf(["overlap-twice", "product-for-lcm"], (sprung) => {
        const counted = [`There are ${x} multiples of ${a}.`, `There are ${y} multiples of ${b}.`];
        if (sprung.has("overlap-twice")) return { lines: [...counted, `Together that is ${x} + ${y} = ${x + y}.`], answer: String(x + y) };
        const product = sprung.has("product-for-lcm");
        const common = product ? a * b : lcm(a, b);
        const both = Math.floor(limit / common);
        return {
          lines: [
            ...counted,
            product
              ? `Multiples of both are multiples of ${a} * ${b} = ${common}: ${both} of them.`
              : `Multiples of both are multiples of their least common multiple ${common}: ${both} of them.`,
            `Those were counted twice, so it is ${x} + ${y} - ${both} = ${x + y - both}.`,
          ],
          answer: String(x + y - both),
        };
      });
    }
    const groups = numbersBy(text, ...eitherGroup);
    if (groups === undefined) return undefined;
    const [x = 0, y = 0, both = 0] = groups;
    return jobOf(["overlap-twice"], (sprung) => {
      const twice = sprung.has("overlap-twice");
      const count = twice ? x + y : x + y - both;
      return {
        lines: [
          `The one group has ${x} people, the other one ${y}.`,
          twice
            ? `Together that is ${x} + ${y} = ${count}.`
            : `The ${both} in both groups count once only: ${x} + ${y} - ${both} = ${count}.`,
          `So there are ${count} people.`,
        ],
        answer: String(count),
      };
    });
  },
};

const nextMeeting = [
  /leaves every (\d+) minutes, the other every (\d+) minutes\. After how many minutes do they next/i,
  /flashes every (\d+) seconds and another one every (\d+) seconds\. .*After how many seconds do they next/i,
  /smallest positive integer that is divisible by both (\d+) and (\d+)/i,
] as const;
const largestTiles = /of (\d+) cm by (\d+) cm is to be covered .*as large as possible.*How many tiles/i;

export const meetAgain: FamilySolver = {
  id: "meet-again",
  title: "Common multiples and common divisors",
  traps: ["product-for-lcm", "last-step"],
  understand(text) {
    const meeting = numbersBy(text, ...nextMeeting);
    if (meeting !== undefined) {
      const [a = 1, b = 1] = meeting;
      return jobOf(["product-for-lcm"], (sprung) => {
        const product = sprung.has("product-for-lcm");
        const common = product ? a * b : lcm(a, b);
        return {
          lines: [
            `What is wanted is divisible by ${a} and by ${b}.`,
            product
              ? `Multiplying gives ${a} * ${b} = ${common}.`
              : `${a} and ${b} share the divisor ${gcd(a, b)}, so ${a} * ${b}/${gcd(a, b)} = ${common} is the least.`,
            `So it is ${common}.`,
          ],
          answer: String(common),
        };
      });
    }
    const floor = numbersBy(text, largestTiles);
    if (floor === undefined) return undefined;
    const [long = 1, wide = 1] = floor;
    const side = gcd(long, wide);
    return jobOf(["last-step"], (sprung) => {
      const count = (long / side) * (wide / side);
      const early = sprung.has("last-step");
      return {
        lines: [
          `The side of a tile divides ${long} and ${wide}.`,
          `The largest such side is ${side} cm.`,
          early ? `So the best tiles have ${side} cm.` : `So there are ${long / side} * ${wide / side} = ${count} tiles.`,
        ],
        answer: String(early ? side : count),
      };
    });
  },
};

const remainderOf = [/remainder when -(\d+) is divided by (\d+)/i, /r = -(\d+) \(mod (\d+)\)/i] as const;
const remainderOfDifference = /remainder when (\d+) - (\d+) is divided by (\d+)/i;
const cycle = /carry the numbers ([\d, ]+?) over and over again.* number is on \w+ number (\d+)/i;

export const residue: FamilySolver = {
  id: "residue",
  title: "Remainders of negative numbers and in cycles",
  traps: ["negative-remainder", "cycle-zero"],
  understand(text) {
    const [x = 0, y = 0, by] = numbersBy(text, remainderOfDifference) ?? [];
    const negative = numbersBy(text, ...remainderOf) ?? (by === undefined ? undefined : [y - x, by]);
    if (negative !== undefined) {
      const [a = 0, m = 1] = negative;
      if (a < 0) return undefined;
      return jobOf(["negative-remainder"], (sprung) => {
        const rest = a % m;
        const signed = sprung.has("negative-remainder");
        const answer = rest === 0 ? 0 : signed ? -rest : m - rest;
        return {
          lines: [
            `The number to divide is -${a}.`,
            `Dividing ${a} by ${m} leaves ${rest}.`,
            signed ? `With the sign that is ${answer}.` : `A remainder is not negative, so it is ${answer}.`,
          ],
          answer: String(answer),
        };
      });
    }
    const [, pattern, at] = cycle.exec(text) ?? [];
    if (pattern === undefined || at === undefined) return undefined;
    const list = listOf(pattern);
    const n = Number(at);
    return jobOf(["cycle-zero"], (sprung) => {
      const place = n % list.length;
      const zero = sprung.has("cycle-zero");
      const value = zero && place === 0 ? 0 : (list[(n - 1) % list.length] ?? 0);
      return {
        lines: [
          `The pattern has ${list.length} numbers.`,
          `Dividing ${n} by ${list.length} leaves ${place}.`,
          zero || place > 0 ? `So the number there is ${value}.` : `Nothing left over means the last one of the pattern, ${value}.`,
        ],
        answer: String(value),
      };
    });
  },
};

const packs = /packs (\d+) \w+ in \w+ of (\d+)\./i;

export const packing: FamilySolver = {
  id: "packing",
  title: "Packing with a rest",
  traps: ["last-step"],
  understand(text) {
    const found = numbersBy(text, packs);
    const asked = /How many \w+ are left over/i.test(text)
      ? "rest"
      : /How many \w+ are needed to hold all/i.test(text)
        ? "needed"
        : /how many more \w+ would fill/i.test(text)
          ? "missing"
          : undefined;
    if (found === undefined || asked === undefined) return undefined;
    const [all = 0, size = 1] = found;
    const [full, rest] = [Math.floor(all / size), all % size];
    return jobOf(["last-step"], (sprung) => {
      const divided = [`Dividing ${all} by ${size} gives ${full}.`, `What is left is ${all} - ${full} * ${size} = ${rest}.`];
      if (sprung.has("last-step")) {
        const early = asked === "missing" ? rest : full;
        return { lines: [...divided, `The division is done: ${early}.`], answer: String(early) };
      }
      const [line, answer] =
        asked === "rest"
          ? [`The rest was asked: ${rest}.`, rest]
          : asked === "needed"
            ? [`The rest needs a place, too, so all need ${rest === 0 ? full : full + 1}.`, rest === 0 ? full : full + 1]
            : [`The last one lacks ${size} - ${rest} = ${size - rest}.`, size - rest];
      return { lines: [...divided, line], answer: String(answer) };
    });
  },
};
