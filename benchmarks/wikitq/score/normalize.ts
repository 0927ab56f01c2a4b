/** The form in which the official evaluator compares texts. */
import { collapseBlanks, lower, strip, withoutMarks } from "./python2-text.ts";

const NOTE_MARKS = "•♦†‡*#+";

/**
 * Where the longest end of the text begins that is all notes: marks such as † and brackets `[…]`, of which only `[digits]` may stand at the very start. The text's
 * length when there are none. Read backwards in one pass: the evaluator's own pattern takes exponential time in a backtracking engine.
 */
function notesFrom(text: string): number {
  let earliest = text.length;
  let open = true; // what lies behind position i is all notes
  let close = -1;
  for (let i = text.length - 1; i >= 0; i -= 1) {
    const char = text.charAt(i);
    if (char === "]") {
      if (!open) return earliest; // a bracket further left would close here, in front of something that is no note
      close = i;
      open = false;
    } else if ((char === "[" && close >= 0 && (i > 0 || /^[0-9]+$/.test(text.slice(1, close)))) || (open && NOTE_MARKS.includes(char))) {
      earliest = i;
      open = true;
    } else {
      if (close < 0) return earliest;
      open = false;
    }
  }
  return earliest;
}

/** Where the longest end of the text begins that is all groups of a blank and `(…)`; the text's length when there are none. */
function detailsFrom(text: string): number {
  let earliest = text.length;
  let open = true;
  let close = -1;
  for (let i = text.length - 1; i > 0; i -= 1) {
    const char = text.charAt(i);
    if (char === ")") {
      if (!open) return earliest;
      close = i;
      open = false;
    } else if (char === " " && close >= 0 && text.charAt(i + 1) === "(") {
      earliest = i;
      open = true;
    } else {
      if (close < 0) return earliest;
      open = false;
    }
  }
  return earliest;
}

/** One pair of double quotes around a text that holds no others is taken off. */
function withoutQuotes(text: string): string {
  const outer = text.length >= 2 && text.startsWith('"') && text.endsWith('"');
  return outer && text.indexOf('"', 1) === text.length - 1 ? text.slice(1, -1) : text;
}

/**
 * Normal form of a text: no diacritics, plain quotes and dashes; notes, details in parentheses and outer quotes taken off its end again and again; one final
 * period dropped; blanks collapsed; lower case. Takes time in proportion to the text's length.
 */
export function normalize(text: string): string {
  let rest = withoutMarks(text)
    .replace(/[‘’´`]/g, "'")
    .replace(/[“”]/g, '"')
    .replace(/[‐‑‒–—−]/g, "-");
  for (let before: string | undefined; before !== rest; ) {
    before = rest;
    rest = strip(rest);
    rest = strip(rest.slice(0, notesFrom(rest)));
    rest = strip(rest.slice(0, detailsFrom(rest)));
    rest = withoutQuotes(rest);
  }
  if (rest.endsWith(".")) rest = rest.slice(0, -1);
  return strip(lower(collapseBlanks(rest)));
}
