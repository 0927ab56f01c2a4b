/** Tokens of a LaTeX formula. */
import { isCommand } from "./vocabulary.ts";

export type Token =
  | { readonly kind: "number"; readonly text: string }
  | { readonly kind: "letter"; readonly text: string }
  /** `\name` without the backslash; `\,` and the like have the character as name. */
  | { readonly kind: "command"; readonly text: string }
  /** Raw contents of a text macro. */
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "mark"; readonly text: string };

const digit = (char: string | undefined): boolean => char !== undefined && char >= "0" && char <= "9";
const asciiLetter = (char: string | undefined): boolean =>
  char !== undefined && ((char >= "a" && char <= "z") || (char >= "A" && char <= "Z"));

/** Macros whose argument is words rather than a formula. */
const textMacros = new Set(["text", "mbox", "textnormal", "operatorname", "begin", "end"]);
/** Commands that stand for blank space, or for nothing. */
const blanks = new Set(["quad", "qquad", ",", ";", ":", "!", " ", "left", "right", "displaystyle", "limits", "nolimits"]);
const doubled = ["**", "<=", ">=", "!="];

/** A command that no formula has is read as the longest known one it begins with, and letters: `\quadx` is `\quad x`. */
function knownCommand(name: string): string {
  if (isCommand(name) || textMacros.has(name) || blanks.has(name)) return name;
  for (let length = name.length - 1; length > 1; length--) {
    const prefix = name.slice(0, length);
    if (isCommand(prefix) || blanks.has(prefix)) return prefix;
  }
  return name;
}

/** End of the group that opens at `open`, or -1: the index of its closing brace. */
export function closingBrace(text: string, open: number): number {
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    const char = text[i];
    if (char === "\\") i++;
    else if (char === "{") depth++;
    else if (char === "}" && --depth === 0) return i;
  }
  return -1;
}

/** Closing brace of every group from `from` on, by its opening one; one pass over the text. */
export function groupEnds(text: string, from: number): ReadonlyMap<number, number> {
  const ends = new Map<number, number>();
  const open: number[] = [];
  for (let i = from; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 92) i++;
    else if (code === 123) open.push(i);
    else if (code === 125) {
      const start = open.pop();
      if (start !== undefined) ends.set(start, i);
    }
  }
  return ends;
}

function numberEnd(text: string, start: number): number {
  let i = start;
  while (digit(text[i])) i++;
  if (text[i] === "." && digit(text[i + 1])) {
    i++;
    while (digit(text[i])) i++;
  }
  if (text[i] === "E" && i > start) {
    let j = i + 1;
    if (text[j] === "+" || text[j] === "-") j++;
    if (digit(text[j])) {
      while (digit(text[j])) j++;
      return j;
    }
  }
  return i;
}

/** The tokens of a formula, or undefined where it has a character or an unclosed text group that no formula has. */
export function tokenize(text: string): readonly Token[] | undefined {
  const tokens: Token[] = [];
  let i = 0;
  while (i < text.length) {
    const char = text[i] ?? "";
    if (char === " " || char === "\t" || char === "\n" || char === "\r") {
      i++;
    } else if (digit(char) || (char === "." && digit(text[i + 1]))) {
      const end = numberEnd(text, i);
      tokens.push({ kind: "number", text: text.slice(i, end) });
      i = end;
    } else if (asciiLetter(char)) {
      const differential = char === "d" && asciiLetter(text[i + 1]);
      tokens.push({ kind: "letter", text: differential ? text.slice(i, i + 2) : char });
      i += differential ? 2 : 1;
    } else if (char === "\\") {
      let end = i + 1;
      while (asciiLetter(text[end])) end++;
      if (end === i + 1) end++;
      const written = text.slice(i + 1, end);
      const name = knownCommand(written);
      i = end - (written.length - name.length);
      if (textMacros.has(name)) {
        while (text[i] === " ") i++;
        if (text[i] !== "{") return undefined;
        const close = closingBrace(text, i);
        if (close < 0) return undefined;
        const content = text.slice(i + 1, close);
        i = close + 1;
        if (content.includes("{")) return undefined;
        if (name === "begin" || name === "end") tokens.push({ kind: "command", text: `${name}:${content}` });
        else tokens.push(name === "operatorname" ? { kind: "command", text: content } : { kind: "text", text: content });
      } else if (!blanks.has(name)) tokens.push({ kind: "command", text: name });
    } else {
      const two = text.slice(i, i + 2);
      const mark = doubled.includes(two) ? two : char;
      if (!/^[-+*/^_=<>()[\]{}|!,;:&']+$/.test(mark)) return undefined;
      tokens.push({ kind: "mark", text: mark });
      i += mark.length;
    }
  }
  return tokens;
}
