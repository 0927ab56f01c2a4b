// Compares an answer with the reference and says where they differ: node compare.cjs CANDIDATE
// CANDIDATE is a workbook with a sheet Answer, or a text with a line "Answer:". Beside it lie reference.json and answer-items.cjs. Exit code 0 for PASS, 1 for FAIL.
// It follows the scorer's rules in their usual cases: texts without notes and capitals, numbers by amount, dates by year, month and day, each distinct item once.
const fs = require("node:fs");
const path = require("node:path");

const report = (verdict, lines) => {
  console.log([verdict, ...lines].join("\n"));
  process.exitCode = verdict.startsWith("PASS") ? 0 : 1;
};

function normal(text) {
  let rest = text
    .normalize("NFKD")
    .replace(/\p{Mn}/gu, "")
    .replace(/[‘’´`]/g, "'")
    .replace(/[“”]/g, '"')
    .replace(/[‐‑‒–—−]/g, "-");
  for (let before; before !== rest; ) {
    before = rest;
    rest = rest
      .trim()
      .replace(/(?!^)\[[^[\]]*\]$|[•♦†‡*#+]$/u, "")
      .trim()
      .replace(/(?!^) \([^()]*\)$/, "")
      .trim()
      .replace(/^"([^"]*)"$/, "$1");
  }
  return rest.replace(/\.$/, "").replace(/\s+/g, " ").toLowerCase().trim();
}

function readValue(text, canon) {
  const raw = (canon || text).trim();
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(raw)) return { text: normal(text), id: `n${Math.round(Number(raw) * 1e6)}` };
  const date = /^(\d+|xx|xxxx)-(\d+|xx)-(\d+|xx)$/i.exec(raw);
  if (date) {
    const fields = date.slice(1).map((part) => (/x/i.test(part) ? "x" : String(Number(part))));
    if (fields[1] === "x" && fields[2] === "x") return { text: normal(text), id: `n${Number(fields[0]) * 1e6}` };
    return { text: normal(text), id: `d${fields.join("-")}` };
  }
  return { text: normal(text), id: `t${normal(text)}` };
}

function itemsIn(file) {
  if (!fs.existsSync(file)) return { fault: `there is no file ${file}` };
  if (!fs.statSync(file).isFile()) return { fault: `${file} is no regular file` };
  const bytes = fs.readFileSync(file);
  if (bytes.subarray(0, 2).toString("latin1") === "PK") {
    try {
      return require("./answer-items.cjs").itemsOf(bytes);
    } catch (error) {
      return { fault: `${file} cannot be read (${error.message})` };
    }
  }
  if (/\.xlsx$/i.test(file)) return { fault: `${file} is no .xlsx workbook` };
  const lines = bytes
    .toString("utf8")
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "");
  const opening = lines.findLastIndex((line) => /^[\s>#*_`]*(?:final )?answers?[*_`]*\s*:/i.test(line));
  if (opening < 0) return lines.length === 1 ? { items: [lines[0].trim()] } : { fault: "there is no line that begins with Answer:" };
  const first = lines[opening].replace(/^.*?:[*_`]*/, "");
  const bare = (line) =>
    line
      .trim()
      .replace(/^[-*•]\s+/, "")
      .replace(/^(\*\*|__|`)(.+)\1$/, "$2")
      .trim();
  return { items: [first, ...lines.slice(opening + 1)].map(bare).filter((item) => item !== "") };
}

const unique = (values) => [...new Map([...values].reverse().map((value) => [value.id, value])).values()].reverse();
const shown = (text) => JSON.stringify(text);

function main() {
  const { values, canon } = JSON.parse(fs.readFileSync(path.join(__dirname, "reference.json"), "utf8"));
  const file = process.argv[2];
  if (file === undefined) return report("FAIL: no candidate given; call it as node compare.cjs CANDIDATE", []);
  const read = itemsIn(file);
  if (read.fault !== undefined) return report(`FAIL: ${read.fault}`, []);
  const wanted = unique(values.map((text, i) => ({ ...readValue(text, canon[i]), raw: text })));
  const given = unique(read.items.map((text) => ({ ...readValue(text), raw: text })));
  const fits = (a, b) => a.id === b.id || a.text === b.text;
  const missing = wanted.filter((one) => !given.some((other) => fits(one, other)));
  const surplus = given.filter((one) => !wanted.some((other) => fits(other, one)));
  if (missing.length === 0 && wanted.length === given.length) return report(`PASS: all ${wanted.length} items are there`, []);
  const pairs = Array.from({ length: Math.min(20, Math.max(missing.length, surplus.length)) }, (_, i) => {
    const [expected, got] = [missing[i], surplus[i]];
    return `  item ${i + 1}: expected ${expected ? shown(expected.raw) : "nothing"}, got ${got ? shown(got.raw) : "nothing"}`;
  });
  const note =
    read.uncalculated > 0
      ? [`${read.uncalculated} cells of the answer hold a formula without a stored value, and only stored values count`]
      : [];
  return report(`FAIL: ${missing.length} of ${wanted.length} items are missing, ${surplus.length} do not belong`, [...pairs, ...note]);
}

main();
