/** From the text of a question and a table's headers to a job. Nothing but the wording and the headers is looked at. */
import type { Job, Understood } from "./job.ts";

interface Reader {
  readonly family: string;
  readonly traps: readonly string[];
  readonly writing: readonly string[];
  readonly patterns: readonly RegExp[];
  /** Groups of the match, with headers as the table spells them; `text` is the pattern's own words. */
  job(groups: Readonly<Record<string, string>>, text: string): Job;
}

const writing = ["wrong-sheet", "answer-in-header-cell"];
const withFormula = [...writing, "uncached-formula"];
const pair = (g: Readonly<Record<string, string>>): readonly [string, string] => [g.a ?? "", g.b ?? ""];

/** `⟨name⟩` stands for a header; every other group is text of the question. In the order in which they are tried. */
const readers: readonly Reader[] = [
  {
    family: "days",
    traps: ["text-dates", "exclusive-count", "inclusive-count", "unit-in-answer", "footnotes"],
    writing: withFormula,
    patterns: [
      /^how many days passed between the ⟨x⟩ date of (?<a>.+) and that of (?<b>.+)\?$/,
      /^counting both the first and the last day, how many days are there from the ⟨x⟩ date of (?<a>.+) to that of (?<b>.+)\?$/,
    ],
    job: (g, text) => ({ op: "days", column: g.x ?? "", of: pair(g), both: text.startsWith("counting both") }),
  },
  {
    family: "yes-no",
    traps: ["text-numbers", "boolean-answer", "footnotes"],
    writing,
    patterns: [
      /^is the ⟨x⟩ of (?<a>.+) higher than that of (?<b>.+)\? answer yes or no\.$/,
      /^answer yes or no: did (?<a>.+) have a lower ⟨x⟩ than (?<b>.+)\?$/,
    ],
    job: (g, text) => ({ op: "compare", column: g.x ?? "", of: pair(g), higher: text.startsWith("is the") }),
  },
  {
    family: "difference",
    traps: ["text-numbers", "footnotes", "unit-in-answer"],
    writing: withFormula,
    patterns: [
      /^how much higher is the ⟨x⟩ of (?<a>.+) than that of (?<b>.+)\?$/,
      /^what is the difference in ⟨x⟩ between (?<b>.+) and (?<a>.+)\?$/,
    ],
    job: (g) => ({ op: "difference", column: g.x ?? "", of: pair(g) }),
  },
  {
    family: "chained",
    traps: ["text-numbers", "totals-row", "footnotes"],
    writing,
    patterns: [
      /^what is the ⟨c⟩ of the entry with the (?<word>highest|lowest) ⟨x⟩\?$/,
      /^which ⟨c⟩ belongs to the entry with the (?<word>highest|lowest) ⟨x⟩\?$/,
    ],
    job: (g) => ({ op: "extreme", by: g.x ?? "", highest: g.word === "highest", show: g.c ?? "" }),
  },
  {
    family: "superlative",
    traps: ["text-numbers", "short-range", "totals-row", "footnotes"],
    writing,
    patterns: [/^which ⟨c⟩ has the (?<word>highest|lowest) ⟨x⟩\?$/, /^what is the ⟨c⟩ with the (?<word>highest|lowest) ⟨x⟩\?$/],
    job: (g) => ({ op: "extreme", by: g.x ?? "", highest: g.word === "highest", show: g.c ?? "" }),
  },
  {
    family: "neighbour",
    traps: ["short-range", "repeated-header", "footnotes"],
    writing,
    patterns: [/^which ⟨c⟩ is listed right (?<word>after) (?<a>.+)\?$/, /^which ⟨c⟩ comes directly (?<word>before) (?<a>.+)\?$/],
    job: (g) => ({ op: "neighbour", column: g.c ?? "", of: g.a ?? "", step: g.word === "after" ? 1 : -1 }),
  },
  {
    family: "sum",
    traps: ["text-numbers", "raw-match", "totals-row", "minus-sign", "unit-in-answer"],
    writing: withFormula,
    patterns: [
      /^what is the total ⟨x⟩ of all entries\?$/,
      /^what is the total ⟨x⟩ of all entries with a ⟨c⟩ of (?<a>.+)\?$/,
      /^what does the ⟨x⟩ of the entries whose ⟨c⟩ is (?<a>.+) add up to\?$/,
    ],
    job: (g) => ({ op: "sum", column: g.x ?? "", ...(g.c === undefined ? {} : { where: { column: g.c, value: g.a ?? "" } }) }),
  },
  {
    family: "count",
    traps: ["raw-match", "short-range", "unit-in-answer"],
    writing: withFormula,
    patterns: [/^how many entries have a ⟨c⟩ of (?<a>.+)\?$/, /^what is the number of rows whose ⟨c⟩ is (?<a>.+)\?$/],
    job: (g) => ({ op: "count", column: g.c ?? "", value: g.a ?? "" }),
  },
  {
    family: "distinct",
    traps: ["raw-match", "short-range", "totals-row", "repeated-header"],
    writing: withFormula,
    patterns: [/^how many different values of ⟨c⟩ are there\?$/, /^what is the number of distinct entries under ⟨c⟩\?$/],
    job: (g) => ({ op: "distinct", column: g.c ?? "" }),
  },
  {
    family: "list",
    traps: ["raw-match", "text-numbers", "short-range", "joined-answer"],
    writing,
    patterns: [
      /^which entries under ⟨n⟩ have a ⟨c⟩ of (?<a>.+)\? name them all\.$/,
      /^name every ⟨n⟩ with a ⟨x⟩ above (?<limit>[\d.]+)\.$/,
    ],
    job: (g) =>
      g.limit === undefined
        ? { op: "list", show: g.n ?? "", where: { column: g.c ?? "", value: g.a ?? "" } }
        : { op: "above", show: g.n ?? "", column: g.x ?? "", limit: Number(g.limit) },
  },
];

export const families = readers.map(({ family, traps, writing: own }) => ({ family, traps: [...traps, ...own] }));

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Undefined when the question is in none of the known wordings or names a column that the table does not have. */
export function understand(question: string, headers: readonly string[]): Understood | undefined {
  const names = [...new Set(headers.map((header) => header.trim()).filter((header) => header !== ""))].sort((a, b) => b.length - a.length);
  if (names.length === 0) return undefined;
  const header = `(?:${names.map((name) => escaped(name)).join("|")})`;
  const asked = question.trim().replace(/\s+/g, " ");
  for (const { family, traps, writing: own, patterns, job } of readers)
    for (const pattern of patterns) {
      const source = pattern.source.replace(/⟨(\w)⟩/g, (_, letter: string) => `(?<${letter}>${header})`);
      const groups = new RegExp(source, "i").exec(asked)?.groups;
      if (groups === undefined) continue;
      const spelled = Object.fromEntries(
        Object.entries(groups).flatMap(([name, text]) => {
          if (text === undefined) return [];
          const known = /^[cnx]$/.test(name)
            ? names.find((one) => one.toLowerCase() === text.toLowerCase())
            : name === "word"
              ? text.toLowerCase()
              : text;
          return known === undefined ? [] : [[name, known]];
        }),
      );
      const read = job(spelled, asked.toLowerCase());
      // Of the two ways to count days only one is wrong for a given wording.
      const harmless = read.op !== "days" ? undefined : read.both ? "inclusive-count" : "exclusive-count";
      return { family, job: read, traps: traps.filter((trap) => trap !== harmless), writing: own };
    }
  return undefined;
}
