/** Units and words behind an answer. */
import { closingBrace } from "./tokens.ts";

const units = new Set(
  (
    "m cm km mm ft lb kg g gm sec min hr s mph kmph kmh inch inches feet yard yards mile miles meter meters metre metres cms hour hours " +
    "minute minutes second seconds degree degrees unit units apples acre acres gallon gallons pound pounds women men coins coin liters liter " +
    "litres litre gal days day month months year years yr yrs students student cents cent rupees rs ways way sq per gain profit ratio am pm " +
    "noon deg east west pie lt dm tile toy mark rise prime monkey excess by bc ab soldiers more less edges numbers st rd th t c h o d l"
  ).split(" "),
);
const phrases = ["square units", "sq units", "sq ft", "square feet", "cubic units", "per hour", "sq m", "sq cm"];

/** Removes `\text{…}` behind a value, up to the end of the formula, and a unit word behind a number, name or group. */
export function dropUnits(text: string): string {
  return dropWord(dropText(text).trim());
}

function dropText(text: string): string {
  const at = firstText(text);
  if (at <= 0) return text;
  const body = text.endsWith("}") ? text : text.replace(/\^[0-9]$/, "");
  return body.endsWith("}") ? text.slice(0, at).trimEnd() : text;
}

/** Place of the first text macro; -1 where there is none or the formula begins with one. */
function firstText(text: string): number {
  const places = ["\\text{", "\\mbox{"].map((macro) => text.indexOf(macro)).filter((place) => place >= 0);
  if (places.length === 0) return -1;
  const at = Math.min(...places);
  return closingBrace(text, text.indexOf("{", at)) < 0 ? -1 : at;
}

/** Unit words at the end, one after the other; each stands behind a blank, a digit or a bracket. */
function dropWord(text: string): string {
  let rest = text;
  for (let i = 0; i < 4; i++) {
    const phrase = phrases.find((one) => rest.endsWith(one));
    const start = phrase === undefined ? wordStart(rest) : rest.length - phrase.length;
    const before = rest.slice(0, start);
    if (phrase === undefined && !units.has(rest.slice(start))) return rest;
    if (/^\s*$/.test(before) || /[a-zA-Z,\\({[/^_+*=<>.-] *$/.test(before.endsWith(" ") ? before.replace(/[a-zA-Z] *$/, "") : before))
      return rest;
    rest = before.trimEnd();
  }
  return rest;
}

function wordStart(text: string): number {
  let start = text.length;
  while (start > 0 && /[a-z]/.test(text[start - 1] ?? "")) start--;
  return start;
}
