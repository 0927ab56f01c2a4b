// Compares an answer with the reference answers and says how they differ: node compare.cjs CANDIDATE
// CANDIDATE is a text file with a reply or a bare answer. Beside this script lies answers.json. Exit code 0 for PASS, 1 for FAIL.
// It follows the default scorer: the published ANLS, right from one half on, over the answer inside the reply.
const fs = require("node:fs");
const path = require("node:path");

// ---- the answer inside a reply -----------------------------------------------------------------------------------------

const LABEL = "(?:(?:the|my|so|final|short)\\s{1,4}){0,3}answer(?:\\s{1,4}is)?";
const CLOSE = "[*_`]{0,4}\\s{0,4}[:：](?:[*_`]{1,4}(?=\\s|$))?\\s*";
const AT_START = new RegExp(`^[\\s>#*_\`~|•–-]{0,40}(?:\\d{1,3}[.)]\\s{1,4})?[*_\`]{0,4}${LABEL}${CLOSE}(.*)$`, "iu");
const BEHIND = new RegExp(`[.!?;)]["'”’)]{0,3}\\s{1,4}[*_\`]{0,4}${LABEL}${CLOSE}`, "giu");
const MARKS = ["***", "**", "*", "___", "__", "_", "```", "``", "`"];
const QUOTES = ['""', "''", "“”", "‘’", "«»"];
const LONGEST = 20_000;

function withoutMarks(text) {
  let rest = text.trim();
  if (rest.length > LONGEST) return rest;
  for (let layer = 0; layer < 8; layer++) {
    const mark = MARKS.find((m) => rest.length > 2 * m.length && rest.startsWith(m) && rest.endsWith(m));
    if (mark === undefined) break;
    rest = rest.slice(mark.length, -mark.length).trim();
  }
  const left = MARKS.find((m) => m !== "_" && rest.length > m.length && rest.endsWith(m) && rest.indexOf(m) === rest.length - m.length);
  return left === undefined ? rest : rest.slice(0, -left.length).trim();
}

function bare(text) {
  const rest = withoutMarks(text);
  return QUOTES.some(([open, close]) => rest.length >= 2 && rest.startsWith(open) && rest.endsWith(close))
    ? rest.slice(1, -1).trim()
    : rest;
}

function answerIn(reply) {
  const lines = reply.split(/\r\n|[\n\r\u2028\u2029]/).filter((line) => !/^\s*(?:```|~~~)/.test(line));
  const atStart = (line) => AT_START.exec(line)?.[1];
  const behind = (line) => [...line.matchAll(BEHIND)].map((match) => line.slice(match.index + match[0].length)).at(-1);
  for (const find of [atStart, behind])
    for (let i = lines.length - 1; i >= 0; i--) {
      const found = lines[i].length > LONGEST ? undefined : find(lines[i]);
      if (found === undefined) continue;
      return bare(withoutMarks(found) === "" ? (lines.slice(i + 1).find((line) => line.trim() !== "") ?? "") : found);
    }
  return bare(lines.findLast((line) => line.trim() !== "") ?? "");
}

// ---- likeness ----------------------------------------------------------------------------------------------------------

// White space of Python's str.split.
const SPACE = "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
const SPACES = new RegExp(`${SPACE}+`);
const normal = (text) => [
  ...text
    .split(SPACES)
    .filter((word) => word !== "")
    .join(" ")
    .toLowerCase(),
];

function distance(a, b) {
  let before = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) row.push(Math.min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)));
    before = row;
  }
  return before[b.length];
}

/** From 0 to 1; texts of which one is twice as long are told apart without looking. */
function likeness(answer, gold) {
  const [a, b] = [normal(answer), normal(gold)];
  const longest = Math.max(a.length, b.length);
  if (longest === 0) return 1;
  return Math.abs(a.length - b.length) * 2 >= longest ? 0 : 1 - distance(a, b) / longest;
}

// ---- the report --------------------------------------------------------------------------------------------------------

function hint(answer, gold) {
  const [a, b] = [answer, gold].map((text) => normal(text).join(""));
  if (a === "") return "; nothing was answered";
  if (b !== "" && a.includes(b)) return "; the reference answer stands in it, with other words around it";
  if (b.includes(a)) return "; a part of the reference answer is missing";
  const digits = (text) => text.replace(/\D/g, "");
  if (/\d/.test(b) && /\d/.test(a) && digits(a) !== digits(b)) return "; the figures differ";
  return "";
}

/** The whole report; its first line begins with PASS or FAIL. */
function report(reply, golds) {
  const answer = answerIn(reply);
  const scored = golds.map((gold) => ({ gold, value: likeness(answer, gold) })).sort((x, y) => y.value - x.value);
  const best = scored[0] ?? { gold: "", value: 0 };
  const passed = best.value > 0.5;
  const lines = [
    `${passed ? "PASS" : "FAIL"}: the answer is ${(100 * best.value).toFixed(0)} % like the nearest reference answer (more than 50 % is right)`,
    `answer: expected ${JSON.stringify(best.gold)} (text), got ${JSON.stringify(answer)} (text)${passed ? "" : hint(answer, best.gold)}`,
  ];
  for (const { gold } of scored.slice(1)) lines.push(`also right: ${JSON.stringify(gold)}`);
  return lines.join("\n");
}

function main() {
  const file = process.argv[2];
  const fail = (sentence) => {
    console.log(`FAIL: ${sentence}`);
    process.exitCode = 1;
  };
  if (file === undefined) return fail("no candidate given; call it as node compare.cjs CANDIDATE");
  if (!fs.existsSync(file)) return fail(`the candidate is missing: there is no file ${file}`);
  if (!fs.statSync(file).isFile()) return fail(`the candidate ${file} is no regular file`);
  const golds = JSON.parse(fs.readFileSync(path.join(__dirname, "answers.json"), "utf8")).answers;
  const text = report(fs.readFileSync(file, "utf8"), golds);
  console.log(text);
  process.exitCode = text.startsWith("PASS") ? 0 : 1;
}

module.exports = { answerIn, report };
if (require.main === module) main();
