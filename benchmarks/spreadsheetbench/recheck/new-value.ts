/** New values for old ones: of the same kind and look, never equal under the scorer's rules, the same for the same seed and value. */
import { type Random, randomOf } from "../sample/random.ts";
import type { Eligible } from "./eligible.ts";
import type { NewValue } from "./write-cells.ts";

/** Whole numbers stay whole and keep their sign; fractions keep their decimals (at least two) and their side of 1. */
function newNumber(value: number, random: Random): string {
  const size = Math.abs(value);
  const sign = value < 0 ? -1 : 1;
  if (Number.isInteger(value)) {
    const most = Math.max(2, Math.floor(size * 0.35));
    const step = random.int(1, most);
    return String(sign * (size - step >= 2 && random.chance(0.4) ? size - step : size + step));
  }
  const decimals = Math.min(6, Math.max(2, (String(value).split(".")[1] ?? "").length));
  if (size < 1) return String(sign * Number((((size + 0.11 + random.next() * 0.6) % 0.98) + 0.01).toFixed(decimals)));
  const factor = random.chance(0.5) ? 1.06 + random.next() * 0.3 : 0.94 - random.next() * 0.3;
  const other = Number((size * factor + (random.chance(0.5) ? 0.03 : 0.07)).toFixed(decimals));
  return String(sign * (Math.abs(other - size) < 0.02 ? size + 1.37 : other));
}

/** Some days to and fro; the time of day stays. */
function newSerial(raw: string, random: Random): string {
  const serial = Number(raw);
  const days = random.int(1, 23) * (random.chance(0.5) ? 1 : -1);
  return String(serial + days >= 61 ? serial + days : serial + Math.abs(days));
}

const VOWELS = "aeiou";
const CONSONANTS = "bcdfghklmnprstvw";

/** Other letters and digits in the same places: "Kiln A-07" may become "Morv E-02". Zeros, blanks, signs and capitals stay. */
function newLabel(text: string, random: Random): string {
  let changed = false;
  // Drawn from the text without its capitals and outer blanks, so that two spellings of one label stay spellings of one label.
  const core = text.trim();
  const start = text.indexOf(core);
  const letters = [...core].map((character) => {
    const lower = character.toLowerCase();
    const set = VOWELS.includes(lower) ? VOWELS : /[a-z]/.test(lower) ? CONSONANTS : /[1-9]/.test(lower) ? "123456789" : "";
    if (set === "" || /\s/.test(character)) return character;
    const others = [...set].filter((letter) => letter !== lower);
    const letter = random.pick(others);
    changed = true;
    return character === lower ? letter : letter.toUpperCase();
  });
  return text.slice(0, start) + (changed ? letters.join("") : `${core}-${random.int(21, 98)}`) + text.slice(start + core.length);
}

/** A number written as text: every digit but zeros becomes another one. */
function newFigure(text: string, random: Random): string {
  return text.replace(/[1-9]/g, (digit) => String(1 + ((Number(digit) - 1 + random.int(1, 8)) % 9)));
}

/** A date written as text: another day of the same month, in the same spelling. Where day and month look alike both change. */
function newDayText(text: string, random: Random): string {
  const other = (digits: string): string => {
    const [low, high] = Number(digits) <= 12 ? [1, 12] : [13, 28];
    const span = high - low + 1;
    const day = low + ((Number(digits) - low + random.int(1, span - 1)) % span);
    return String(day).padStart(digits.length, "0");
  };
  const iso = /^(\s*\d{4}[-/.]\d{1,2}[-/.])(\d{1,2})/.exec(text);
  if (iso !== null) return `${iso[1]}${other(iso[2] ?? "")}${text.slice(iso[0].length)}`;
  return text.replace(/(?<!\d)\d{1,2}(?!\d)/g, other);
}

/** The new value of an eligible cell. */
export function newValue({ cell, kind, key }: Eligible, seed: number, variant: number): NewValue {
  const random = randomOf("changed input", seed, variant, key);
  const text = String(cell.value);
  switch (kind) {
    case "number":
      return { number: newNumber(Number(cell.value), random) };
    case "day":
      return { number: newSerial(cell.raw, random) };
    case "label":
      return { text: newLabel(text, random) };
    case "figure":
      return { text: newFigure(text, random) };
    case "day-text":
      return { text: newDayText(text, random) };
  }
}
