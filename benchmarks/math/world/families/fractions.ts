/** Answers that are fractions. */
import { type Fraction, reduced, rounded, texOf } from "../../numbers.ts";
import { type FamilySolver, type Job, jobOf, listOf, numbersBy } from "../family.ts";

type Asked = { readonly kind: "sum" } | { readonly kind: "exact" } | { readonly kind: "rounded"; readonly places: number };

/** In which form a fraction is to be handed in; undefined when the text says nothing of it. */
function askedIn(text: string): Asked | undefined {
  if (/relatively prime positive integers\. Find m ?\+ ?n/i.test(text)) return { kind: "sum" };
  if (/as a (?:common )?fraction/i.test(text)) return { kind: "exact" };
  const [, unit] = /to the nearest (tenth|hundredth|thousandth)/i.exec(text) ?? [];
  return unit === undefined ? undefined : { kind: "rounded", places: ["tenth", "hundredth", "thousandth"].indexOf(unit.toLowerCase()) + 1 };
}

const formTraps: Readonly<Record<Asked["kind"], string>> = { sum: "unreduced", exact: "rounded-decimal", rounded: "exact-for-rounded" };

/** Hands in a fraction as it came out of the working. */
function handIn(asked: Asked, raw: Fraction, sprung: ReadonlySet<string>): { readonly lines: readonly string[]; readonly answer: string } {
  const lowest = reduced(raw);
  if (asked.kind === "sum") {
    const { n, d } = sprung.has("unreduced") ? raw : lowest;
    const start = sprung.has("unreduced") ? `So m = ${n} and n = ${d}.` : `In lowest terms that is ${n}/${d}, so m = ${n} and n = ${d}.`;
    return { lines: [start, `Their sum is ${n + d}.`], answer: String(n + d) };
  }
  if (asked.kind === "exact") {
    if (!sprung.has("rounded-decimal"))
      return { lines: [`As a fraction in lowest terms it is ${lowest.n}/${lowest.d}.`], answer: texOf(lowest) };
    return { lines: [`As a decimal it is ${rounded(lowest, 2)}.`], answer: rounded(lowest, 2) };
  }
  if (sprung.has("exact-for-rounded")) return { lines: [`It is the fraction ${lowest.n}/${lowest.d}.`], answer: texOf(lowest) };
  const value = rounded(lowest, asked.places);
  return { lines: [`Rounded as asked it is ${value}.`], answer: value };
}

const bagOf = [
  /holds (\d+) (\w+) and (\d+) (\w+) balls\. Two balls are drawn .*without putting the first one back/i,
  /Two marbles are taken .*with (\d+) (\w+) and (\d+) (\w+) marbles and nothing else; none is returned/i,
] as const;

export const draw: FamilySolver = {
  id: "draw",
  title: "Drawing without putting back",
  traps: ["with-replacement", "unreduced", "rounded-decimal", "at-least-one"],
  understand(text) {
    const found = bagOf.map((expression) => expression.exec(text)).find((match) => match !== null);
    const asked = askedIn(text);
    const [, color] = /that (?:both(?: marbles| balls)?|at least one of them) (?:are|is) (\w+)/i.exec(text) ?? [];
    if (found === undefined || asked === undefined || color === undefined) return undefined;
    const [, first, one, second, other] = found;
    if ((color !== one && color !== other) || Number(first) + Number(second) < 2) return undefined;
    const [mine, others] = color === one ? [Number(first), Number(second)] : [Number(second), Number(first)];
    return /that at least one of them is/i.test(text) ? anyOf(mine, others, color, asked) : bothOf(mine, others, color, asked);
  },
};

function bothOf(mine: number, others: number, color: string, asked: Asked): Job {
  const all = mine + others;
  return jobOf(["with-replacement", formTraps[asked.kind]], (sprung) => {
    const back = sprung.has("with-replacement");
    const [m, a] = back ? [mine, all] : [mine - 1, all - 1];
    const raw = { n: mine * m, d: all * a };
    const last = handIn(asked, raw, sprung);
    return {
      lines: [
        `The first one is ${color} with probability ${mine}/${all}.`,
        back ? `So is the second one: ${m}/${a}.` : `Then one ${color} is gone, and the second one is ${color} with probability ${m}/${a}.`,
        `Together it is ${raw.n}/${raw.d}.`,
        ...last.lines,
      ],
      answer: last.answer,
    };
  });
}

function anyOf(mine: number, others: number, color: string, asked: Asked): Job {
  const all = mine + others;
  return jobOf(["with-replacement", "at-least-one", formTraps[asked.kind]], (sprung) => {
    const back = sprung.has("with-replacement");
    const [o, a] = back ? [others, all] : [others - 1, all - 1];
    const once = sprung.has("at-least-one");
    const total = all * a;
    const raw = once ? { n: 2 * mine * others, d: total } : { n: total - others * o, d: total };
    const last = handIn(asked, raw, sprung);
    return {
      lines: [
        back ? `Each time ${all} are there to draw from.` : `At first ${all} are there to draw from, then ${all - 1}.`,
        once
          ? `One ${color} and one other, in either order: ${raw.n}/${raw.d}.`
          : `None is ${color} with probability ${others * o}/${total}, so at least one with ${raw.n}/${raw.d}.`,
        ...last.lines,
      ],
      answer: last.answer,
    };
  });
}

const workers = [
  /paints an? \w+ in (\d+) hours, and .* paints the same \w+ in (\d+) hours\..* together/i,
  /pipe fills an? \w+ in (\d+) hours, another one fills it in (\d+) hours\..* both are open/i,
] as const;
const drained = /pipe fills an? \w+ in (\d+) hours, and a drain empties .* in (\d+) hours\./i;

export const together: FamilySolver = {
  id: "together",
  title: "Working together",
  traps: ["unreduced", "rounded-decimal", "drain-adds"],
  understand(text) {
    const asked = askedIn(text);
    const pair = numbersBy(text, ...workers);
    const drain = pair === undefined ? numbersBy(text, drained) : undefined;
    const [a, b] = pair ?? drain ?? [];
    if (asked === undefined || a === undefined || b === undefined || a * b === 0 || (drain !== undefined && b <= a)) return undefined;
    return jobOf([...(drain === undefined ? [] : ["drain-adds"]), formTraps[asked.kind]], (sprung) => {
      const minus = drain !== undefined && !sprung.has("drain-adds");
      const raw = { n: a * b, d: minus ? b - a : a + b };
      const last = handIn(asked, raw, sprung);
      return {
        lines: [
          `In one hour 1/${a} is done on the one side and 1/${b} on the other.`,
          minus ? `The drain takes away: 1/${a} - 1/${b} = ${raw.d}/${raw.n}.` : `Together it is 1/${a} + 1/${b} = ${raw.d}/${raw.n}.`,
          `So the time is ${raw.n}/${raw.d} hours.`,
          ...last.lines,
        ],
        answer: last.answer,
      };
    });
  },
};

const listAsked = [/arithmetic mean of ([\d, ]+\d)\?/i, /scored ([\d, ]+\d) points in \d+ rounds\. What was the average/i] as const;

export const average: FamilySolver = {
  id: "average",
  title: "Means and quotients, exact or rounded",
  traps: ["rounded-decimal", "exact-for-rounded"],
  understand(text) {
    const asked = askedIn(text);
    if (asked === undefined || asked.kind === "sum") return undefined;
    const list = listOf(listAsked.map((expression) => expression.exec(text)?.[1]).find((found) => found !== undefined) ?? "");
    const [far, time] = numbersBy(text, /walks (\d+) met(?:re|er)s in (\d+) minutes\. How many met(?:re|er)s a minute/i) ?? [];
    if (list.length === 0 && (far === undefined || time === undefined || time === 0)) return undefined;
    const sum = list.reduce((total, n) => total + n, 0);
    const raw = list.length > 0 ? { n: sum, d: list.length } : { n: far ?? 0, d: time ?? 1 };
    return jobOf([formTraps[asked.kind]], (sprung) => {
      const last = handIn(asked, raw, sprung);
      const first = list.length > 0 ? `The ${list.length} numbers make ${sum} together.` : `The way is ${raw.n}, the time ${raw.d}.`;
      return { lines: [first, `Dividing gives ${raw.n}/${raw.d}.`, ...last.lines], answer: last.answer };
    });
  },
};
