import { describe, expect, it } from "vitest";
import { randomOf } from "../../../benchmarks/spreadsheetbench/sample/random.ts";
import { world } from "../../../benchmarks/spreadsheetbench/world.ts";
import { recogniserOf } from "./recognise.ts";

const lessonsIn = recogniserOf(world.traps.map((t) => t.lesson));
const taught = (text: string) => [...lessonsIn(text)].filter(([, how]) => how === "taught").map(([id]) => id);

/** Wordings written without the patterns at hand, several per lesson. */
const paraphrases: Readonly<Record<string, readonly string[]>> = {
  "compute-before-saving": [
    "After writing formulas, always recalculate the workbook so that cached values exist.",
    "openpyxl does not evaluate formulas. Compute the numbers in Python and write the results as plain values.",
    "A formula cell without a cached result reads as empty; store the computed values instead.",
    "Before you finish, verify that every formula has a cached value.",
    "Never leave formulas uncalculated in the output file.",
  ],
  "normalise-before-matching": [
    "Strip whitespace and lower-case both sides before comparing keys.",
    "Lookups should be case-insensitive and ignore leading or trailing blanks.",
    "Labels are typed by people: trim them and fold case before you group by them.",
    "Don't compare names verbatim, since stray spaces are common.",
    "Normalise the text of join keys first.",
  ],
  "parse-text-dates": [
    "Some dates are stored as text. Parse them into real dates before doing arithmetic.",
    "Check whether a date column holds true dates or strings.",
    "Never assume that dates are real date cells.",
    "Convert textual dates to serial numbers first.",
  ],
  "convert-text-numbers": [
    "Numbers stored as text must be converted to numeric values before summing.",
    "Coerce string amounts to float, removing thousands separators.",
    "Watch out for figures saved as text and parse them as numbers.",
    "Do not assume a column of amounts is numeric.",
  ],
  "read-to-the-last-row": [
    "A blank row does not end the table: read to the last used row.",
    "Do not stop at the first empty row.",
    "Determine the actual last row instead of trusting the preview.",
    "Iterate over the whole used range of the sheet.",
  ],
  "delete-from-the-bottom": [
    "Delete rows from the bottom up, because every deletion shifts the rows below.",
    "When removing several rows, iterate in reverse order.",
    "Never delete rows while looping from top to bottom.",
    "Collect the rows to keep and rewrite the sheet from them.",
  ],
  "address-the-named-sheet": [
    "Write to the sheet named in the answer position, not to the active one.",
    "Select the worksheet by name.",
    "Do not rely on the active sheet; it may be another one.",
    "Make sure the right sheet is addressed before writing results.",
  ],
  "start-below-the-header": [
    "Keep the header row intact and begin writing beneath it.",
    "Don't overwrite headers.",
    "Start filling in the row below the header.",
  ],
  "keep-codes-as-text": [
    "Preserve leading zeros in identifiers.",
    "Treat codes such as 00042 as text rather than numbers.",
    "Never convert ID columns to integers: the zeros in front get lost.",
    "Pad codes with zeros to their full width.",
  ],
  "round-only-at-the-end": [
    "Unless the task asks for rounded lines, keep full precision and round only the final total.",
    "By default, round at the very end, never in intermediate steps.",
    "Do not round intermediate results when the instruction does not ask for it.",
  ],
  "round-each-line": [
    "When the task says that lines are rounded, round each line before adding them up.",
    "If the instruction requires rounding per row, sum the rounded amounts.",
  ],
  "count-both-ends": [
    "If the task counts both the first and last day, add one to the difference of the dates.",
    "When the request says inclusive, count both end days.",
  ],
  "plain-difference": [
    "Unless the task says inclusive, the number of days is the plain difference of the two dates.",
    "If elapsed days are asked for, subtract the start date from the end date and add nothing.",
  ],
  "leave-subtotals-out": [
    "Skip subtotal rows when you aggregate.",
    "Exclude rows that hold totals or subtotals, or they count twice.",
    "Never add subtotal lines to a sum.",
  ],
  "skip-repeated-headers": [
    "Exports repeat the header on each page: drop repeated header rows inside the data.",
    "Filter out header lines that occur again in the middle of the table.",
  ],
  "parentheses-mean-minus": [
    "Amounts in parentheses are negative.",
    "Treat accounting figures like (120.50) in brackets as negative numbers.",
  ],
  "skip-error-cells": ["Skip cells that contain errors such as #N/A.", "Error values like #DIV/0! have to be excluded before summing."],
  "replace-hard-blanks": [
    "Replace non-breaking spaces with ordinary ones before trimming.",
    "Normalise \\xa0 and other invisible characters.",
  ],
  "take-the-latest-match": [
    "If a key occurs several times, use the most recent entry.",
    "Where more than one row matches, the latest one wins.",
  ],
};

/** Sentences on the same topics that must not count. */
const opposite: Readonly<Record<string, readonly string[]>> = {
  "compute-before-saving": [
    "There is no need to recalculate the workbook.",
    "Excel formulas begin with an equals sign.",
    "Do not recalculate formulas before saving.",
  ],
  "normalise-before-matching": ["Never trim keys before matching.", "Trimming text is unnecessary here.", "Avoid lower-casing names."],
  "parse-text-dates": ["Do not convert text to dates.", "Dates are displayed by their number format.", "Assume that dates are real."],
  "convert-text-numbers": ["Never convert text to numbers.", "Numbers are aligned to the right."],
  "read-to-the-last-row": ["Stop at the first blank row.", "Rows are counted from one."],
  "delete-from-the-bottom": ["Do not delete rows from the bottom up.", "Delete rows from the top down.", "Deleted rows can be restored."],
  "address-the-named-sheet": ["Sheets have names of at most 31 characters.", "Use the active sheet."],
  "start-below-the-header": ["Overwrite the header row.", "Do not keep the header."],
  "keep-codes-as-text": ["Strip leading zeros.", "Convert identifiers to numbers.", "Codes identify an item."],
  "leave-subtotals-out": ["Add the subtotal rows as well.", "A subtotal is the sum of a group."],
  "skip-error-cells": ["An error such as #N/A means that a value is missing."],
};

describe("recognising lessons in free wording", () => {
  const all = Object.entries(paraphrases).flatMap(([id, texts]) => texts.map((text) => ({ id, text })));

  it.each(all)("$id: $text", ({ id, text }) => {
    expect(taught(text)).toContain(id);
  });

  it.each(Object.entries(opposite).flatMap(([id, texts]) => texts.map((text) => ({ id, text }))))("not $id: $text", ({ id, text }) => {
    expect([...lessonsIn(text).keys()]).not.toContain(id);
  });

  it("has a paraphrase for every lesson of the world", () => {
    expect(Object.keys(paraphrases).sort()).toEqual(world.traps.map((t) => t.lesson.id).sort());
  });

  it.each([
    { how: "as they are", most: 0.03, spell: (word: string) => word },
    { how: "without capitals and punctuation", most: 0.08, spell: (word: string) => word.toLowerCase().replace(/[.,;:]/g, "") },
  ])("does not count shuffled words, $how", ({ most, spell }) => {
    const random = randomOf("shuffle");
    let tries = 0;
    let hits = 0;
    for (const { id, text } of all) {
      const words = text.split(" ").map(spell);
      if (words.length < 8) continue;
      for (let n = 0; n < 40; n++) {
        tries++;
        if (taught(random.shuffle(words).join(" ")).includes(id)) hits++;
      }
    }
    expect(tries).toBeGreaterThan(1000);
    expect(hits / tries).toBeLessThan(most);
  });

  it("finds nothing in a text about something else", () => {
    const other =
      "# Cooking rice\n\nWash the rice until the water runs clear. Bring it to a boil, then turn the heat down and keep the lid on.\n\n- Never lift the lid early.\n- Let it rest before you serve it.";
    expect([...lessonsIn(other)]).toEqual([]);
  });

  it("takes topic and condition from the surroundings and ignores code", () => {
    expect(taught("## Deleting rows\n\n- Work from the bottom up.")).toContain("delete-from-the-bottom");
    expect(taught("- Some days are text. Parse the strings to dates.")).toContain("parse-text-dates");
    expect([...lessonsIn("```\nTrim keys before matching.\n```").keys()]).toEqual([]);
  });

  it("tells a contradicting lesson that lost its condition from one that kept it", () => {
    expect(lessonsIn("Round each line before adding.").get("round-each-line")).toBe("always");
    expect(lessonsIn("When the task says so, round each line before adding.").get("round-each-line")).toBe("taught");
    expect(lessonsIn("Always add one day to the difference of two dates.").get("count-both-ends")).toBe("always");
  });
});
