// Compares the answer in a text file with the reference answer beside this script. Prints one line that begins with PASS or FAIL.
// A rough stand-in for the scorer: it informs, it decides nothing.
"use strict";
const { readFileSync } = require("node:fs");
const { join } = require("node:path");

/** The text in the last pair of braces behind \boxed or \fbox; undefined when there is none that is closed. */
function lastBox(text) {
  let found;
  for (const { index, 0: head } of text.matchAll(/\\(?:boxed|fbox)\s*\{/g)) {
    let depth = 1;
    for (let i = index + head.length; i < text.length; i++) {
      if (text[i] === "\\") i++;
      else if (text[i] === "{") depth++;
      else if (text[i] === "}" && --depth === 0) {
        found = text.slice(index + head.length, i);
        break;
      }
    }
  }
  return found;
}

const lastNumber = (text) => text.match(/-?\d+(?:,\d{3})*(?:\.\d+)?(?:\/\d+)?/g)?.at(-1);

/** One spelling for what is written in several. */
function normalised(value) {
  return value
    .replace(/\\(?:left|right|displaystyle|,|;|!| |quad)/g, "")
    .replace(/\\[dt]frac/g, "\\frac")
    .replace(/\\frac(\d)(\d)/g, "\\frac{$1}{$2}")
    .replace(/\\frac(?:\{(\w)\}(\w)|(\w)\{(\w)\})/g, (_, a, b, c, d) => `\\frac{${a ?? c}}{${b ?? d}}`)
    .replace(/\\(?:text|mathrm|textbf|mathbf)\{([^{}]*)\}/g, "$1")
    .replace(/\{,\}|(?<=\d),(?=\d{3}(?!\d))/g, "")
    .replace(/\^\{?\\circ\}?|\\\$|\$|\\%|%/g, "")
    .replace(/\s+/g, "")
    .toLowerCase();
}

/** A whole number, decimal or fraction as numerator and denominator; undefined for anything else. */
function rational(value) {
  const plain = value.replace(/^(-?)\\frac\{(-?\d+)\}\{(-?\d+)\}$/, "$1$2/$3").replace(/^--/, "");
  const [, sign, whole, part = "", below = "1"] = /^(-?)(\d*)(?:\.(\d+))?(?:\/(-?\d+))?$/.exec(plain) ?? [];
  if (whole === undefined || (whole === "" && part === "") || Number(below) === 0) return undefined;
  const top = BigInt(whole + part) * (sign === "-" ? -1n : 1n);
  return [top, 10n ** BigInt(part.length) * BigInt(below)];
}

function same(reference, candidate) {
  const [a, b] = [normalised(reference), normalised(candidate)];
  if (a === b) return true;
  const [x, y] = [rational(a), rational(b)];
  return x !== undefined && y !== undefined && x[0] * y[1] === y[0] * x[1];
}

function main(path) {
  const { answer } = JSON.parse(readFileSync(join(__dirname, "reference.json"), "utf8"));
  let text;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    return `FAIL: there is no such file as ${path} (${error.code}); expected ${answer}, got (nothing)`;
  }
  const boxed = lastBox(text);
  const found = (boxed ?? lastNumber(text) ?? text.trim().split("\n").at(-1) ?? "").trim();
  const shown = found === "" ? "(nothing)" : found.replace(/\s+/g, " ").slice(0, 200);
  const note = boxed === undefined ? "; no box was found, so the last number was taken" : "";
  return found !== "" && same(answer, found)
    ? `PASS: expected ${answer}, got ${shown}${note}`
    : `FAIL: expected ${answer}, got ${shown}${note}`;
}

console.log(main(process.argv[2] ?? "/work/agent/answer.txt"));
