/** Questions on an invented table with their answers, which are worked out from the entries and never from the table's texts. */
import type { Random } from "./random.ts";
import type { Draft, Entry, Hazard } from "./table.ts";

export interface Asked {
  readonly question: string;
  readonly answer: readonly string[];
}

export interface Maker {
  readonly family: string;
  /** Sets of hazards, one after the other over the family's tasks. */
  readonly hazards: readonly (readonly Hazard[])[];
  /** A hazard that one task of each half has. */
  readonly rare?: Hazard;
  /** `turn` picks the wording. */
  ask(draft: Draft, random: Random, turn: number): Asked;
}

const low = (header: string): string => header.toLowerCase();

function extreme(draft: Draft, turn: number): { readonly entry: Entry; readonly word: string } {
  const sorted = [...draft.entries].sort((a, b) => a.amount - b.amount);
  // A total is larger than every entry and meets questions for the highest only.
  const highest = turn % 2 === 0 || draft.rows.at(-1)?.includes("Total") === true;
  const entry = highest ? sorted.at(-1) : sorted[0];
  if (entry === undefined) throw new RangeError("a table without entries");
  return { entry, word: highest ? "highest" : "lowest" };
}

/** Two entries, the one with the larger amount first. */
function pairOf({ entries }: Draft, random: Random, by: "amount" | "date"): readonly [Entry, Entry] {
  const [a, b] = random.shuffle(entries);
  if (a === undefined || b === undefined) throw new RangeError("a table without two entries");
  return a[by] > b[by] ? [a, b] : [b, a];
}

/** A category that several entries have. */
function commonCategory({ entries, domain }: Draft, random: Random): { readonly value: string; readonly having: readonly Entry[] } {
  const options = domain.categories
    .map((value) => ({ value, having: entries.filter((entry) => entry.category === value) }))
    .filter(({ having }) => having.length >= 2);
  return options.length === 0 ? { value: domain.categories[0] ?? "", having: [] } : random.pick(options);
}

export const makers: readonly Maker[] = [
  {
    family: "count",
    hazards: [["raw-match"], ["short-range"], []],
    ask(draft, random, turn) {
      const { value, having } = commonCategory(draft, random);
      const c = low(draft.domain.category);
      const question = turn % 2 === 0 ? `how many entries have a ${c} of ${value}?` : `what is the number of rows whose ${c} is ${value}?`;
      return { question, answer: [String(having.length)] };
    },
  },
  {
    family: "superlative",
    hazards: [["text-numbers"], ["short-range"], ["totals-row"], ["footnotes"]],
    ask(draft, _random, turn) {
      const { entry, word } = extreme(draft, turn);
      const [n, x] = [low(draft.domain.name), low(draft.domain.amount)];
      const question = turn % 4 < 2 ? `which ${n} has the ${word} ${x}?` : `what is the ${n} with the ${word} ${x}?`;
      return { question, answer: [entry.name] };
    },
  },
  {
    family: "difference",
    hazards: [["text-numbers"], [], ["footnotes"]],
    ask(draft, random, turn) {
      const [a, b] = pairOf(draft, random, "amount");
      const x = low(draft.domain.amount);
      const question =
        turn % 2 === 0
          ? `how much higher is the ${x} of ${a.name} than that of ${b.name}?`
          : `what is the difference in ${x} between ${b.name} and ${a.name}?`;
      return { question, answer: [String(a.amount - b.amount)] };
    },
  },
  {
    family: "chained",
    hazards: [["text-numbers"], ["totals-row"], ["footnotes"]],
    ask(draft, _random, turn) {
      const { entry, word } = extreme(draft, turn);
      const [c, x] = [low(draft.domain.category), low(draft.domain.amount)];
      const question =
        turn % 4 < 2 ? `what is the ${c} of the entry with the ${word} ${x}?` : `which ${c} belongs to the entry with the ${word} ${x}?`;
      return { question, answer: [entry.category] };
    },
  },
  {
    family: "neighbour",
    hazards: [["short-range"], ["footnotes"]],
    rare: "repeated-header",
    ask({ entries, domain }, random, turn) {
      const i = random.int(1, entries.length - 2);
      const [before, entry, after] = entries.slice(i - 1, i + 2);
      const n = low(domain.name);
      const question =
        turn % 2 === 0 ? `which ${n} is listed right after ${entry?.name}?` : `which ${n} comes directly before ${entry?.name}?`;
      return { question, answer: [(turn % 2 === 0 ? after : before)?.name ?? ""] };
    },
  },
  {
    family: "sum",
    hazards: [["text-numbers"], ["totals-row"], ["raw-match"]],
    rare: "minus-sign",
    ask(draft, random, turn) {
      const { value, having } = commonCategory(draft, random);
      const { category, amount, change } = draft.domain;
      const add = (entries: readonly Entry[], field: "amount" | "change"): readonly string[] => [
        String(entries.reduce((all, e) => all + e[field], 0)),
      ];
      // Which one it is hangs on the table, so that a total row meets the question over everything.
      if (draft.rows.at(-1)?.includes("Total"))
        return { question: `what is the total ${low(amount)} of all entries?`, answer: add(draft.entries, "amount") };
      if (draft.rows.flat().some((cell) => cell.startsWith("−")))
        return { question: `what is the total ${low(change)} of all entries?`, answer: add(draft.entries, "change") };
      const question =
        turn % 2 === 0
          ? `what is the total ${low(amount)} of all entries with a ${low(category)} of ${value}?`
          : `what does the ${low(amount)} of the entries whose ${low(category)} is ${value} add up to?`;
      return { question, answer: add(having, "amount") };
    },
  },
  {
    family: "distinct",
    hazards: [["raw-match"], ["totals-row"], ["raw-match", "short-range"]],
    rare: "repeated-header",
    ask({ entries, domain }, _random, turn) {
      const c = low(domain.category);
      const question =
        turn % 2 === 0 ? `how many different values of ${c} are there?` : `what is the number of distinct entries under ${c}?`;
      return { question, answer: [String(new Set(entries.map((entry) => entry.category)).size)] };
    },
  },
  {
    family: "yes-no",
    hazards: [[], ["text-numbers"]],
    ask(draft, random, turn) {
      const [a, b] = pairOf(draft, random, "amount");
      const [first, second] = random.chance(0.5) ? [a, b] : [b, a];
      const x = low(draft.domain.amount);
      const question =
        turn % 2 === 0
          ? `is the ${x} of ${first.name} higher than that of ${second.name}? answer yes or no.`
          : `answer yes or no: did ${first.name} have a lower ${x} than ${second.name}?`;
      return { question, answer: [first.amount > second.amount === (turn % 2 === 0) ? "yes" : "no"] };
    },
  },
  {
    family: "days",
    hazards: [[]],
    ask(draft, random, turn) {
      const [late, early] = pairOf(draft, random, "date");
      const d = low(draft.domain.date);
      const days = late.date - early.date;
      return turn % 2 === 0
        ? { question: `how many days passed between the ${d} date of ${early.name} and that of ${late.name}?`, answer: [String(days)] }
        : {
            question: `counting both the first and the last day, how many days are there from the ${d} date of ${early.name} to that of ${late.name}?`,
            answer: [String(days + 1)],
          };
    },
  },
  {
    family: "list",
    hazards: [["raw-match"], ["text-numbers"], ["short-range"], []],
    ask(draft, random, turn) {
      const { name, amount, category } = draft.domain;
      if (turn % 2 === 0) {
        const { value, having } = commonCategory(draft, random);
        return {
          question: `which entries under ${low(name)} have a ${low(category)} of ${value}? name them all.`,
          answer: having.map((entry) => entry.name),
        };
      }
      const sorted = [...draft.entries].sort((a, b) => b.amount - a.amount);
      const limit = (sorted[random.int(2, 4)]?.amount ?? 0) + 1;
      const above = draft.entries.filter((entry) => entry.amount > limit);
      return { question: `name every ${low(name)} with a ${low(amount)} above ${limit}.`, answer: above.map((entry) => entry.name) };
    },
  },
];
