// Compares a workbook with the reference over the answer position and says where they differ: node compare.cjs CANDIDATE
// Beside it lie reference.xlsx and position.json. Exit code 0 for PASS, 1 for FAIL. It follows the scorer's rules as far as SheetJS shows cells.
const fs = require("node:fs");
const path = require("node:path");
const X = require("xlsx");

const SHOWN = 20;
const lines = [];
const finish = (verdict) => {
  console.log([verdict, ...lines].join("\n"));
  process.exitCode = verdict.startsWith("PASS") ? 0 : 1;
};

// ---- reading ---------------------------------------------------------------------------------------------------------

/** The workbook, or a sentence saying why there is none. */
function open(file, name) {
  if (!fs.existsSync(file)) return { fault: `${name} is missing: there is no file ${file}` };
  if (!fs.statSync(file).isFile()) return { fault: `${name} ${file} is no regular file` };
  try {
    const bytes = fs.readFileSync(file);
    if (bytes.subarray(0, 2).toString("latin1") !== "PK") return { fault: `${name} ${file} is no .xlsx workbook` };
    return { book: X.read(bytes, { cellNF: true, cellFormula: true, sheetStubs: true, cellHTML: false }) };
  } catch (error) {
    return { fault: `${name} ${file} cannot be read: ${error.message}` };
  }
}

const ERRORS = { 0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A", 43: "#GETTING_DATA" };
const LITERALS = /"[^\n]*?"|\[(?!hh?\]|mm?\]|ss?\])[^\]]*\]/g;

/** Whether a number under this format is a date, a length of time or a plain number. */
function formatKind(code) {
  const section = String(code === undefined ? "" : code).split(";")[0];
  if (!/(?<![_\\])[dmhys]/i.test(section.replace(LITERALS, ""))) return "number";
  return /\[(hh?|mm?|ss?)\]/i.test(section) ? "duration" : "date";
}

const two = (n) => String(n).padStart(2, "0");
const clock = (seconds) => `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;

/** A cell as { kind, value, shown, formula, empty }; covered cells of merged ranges hold nothing. */
function cellAt(sheet, row, column, epoch) {
  const nothing = { kind: "nothing", value: null, shown: "nothing" };
  const covered = (sheet["!merges"] || []).some(
    ({ s, e }) => row >= s.r && row <= e.r && column >= s.c && column <= e.c && (row !== s.r || column !== s.c),
  );
  const cell = covered ? undefined : sheet[X.utils.encode_cell({ r: row, c: column })];
  if (cell === undefined) return nothing;
  const formula = cell.f === undefined ? {} : { formula: `=${cell.f}` };
  if (cell.t === "z" || cell.v === undefined || cell.v === null || cell.v === "") return { ...nothing, ...formula };
  if (cell.t === "e") return { kind: "text", value: ERRORS[cell.v] || String(cell.w), shown: ERRORS[cell.v] || String(cell.w), ...formula };
  if (cell.t === "b") return { kind: "boolean", value: cell.v, shown: String(cell.v).toUpperCase(), ...formula };
  if (cell.t !== "n") return { kind: "text", value: String(cell.v), shown: JSON.stringify(String(cell.v)), ...formula };
  const kind = formatKind(cell.z);
  if (kind === "number") return { kind, value: cell.v, shown: String(cell.v), ...formula };
  if (kind === "duration") return { kind, value: cell.v, shown: `${cell.v} days`, ...formula };
  const seconds = Math.round((cell.v - Math.floor(cell.v)) * 86_400);
  if (cell.v >= 0 && cell.v < 1 && seconds < 86_400) return { kind: "time", value: seconds, shown: clock(seconds), ...formula };
  const serial = cell.v + epoch + (epoch === 0 && cell.v > 0 && cell.v < 60 ? 1 : 0);
  const date = new Date(Math.round((serial - 25_569) * 86_400) * 1000);
  const shown = Number.isNaN(date.getTime()) ? String(cell.v) : date.toISOString().slice(0, 19).replace("T", " ");
  return { kind: "date", value: serial, shown: `${shown} (serial ${cell.v})`, ...formula };
}

// ---- equality --------------------------------------------------------------------------------------------------------

const halfEven = (x) => (Math.abs(x % 1) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x));
/** Two decimals, ties (only multiples of 1/8 can be one) to the even digit. */
const cents = (x) => (Math.abs(x) >= 1e15 ? x : Number.isInteger(x * 8) ? halfEven(x * 100) / 100 : Number(x.toFixed(2)));
const FLOAT = /^\s*[+-]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:e[+-]?\d+(?:_\d+)*)?\s*$/i;

/** What is compared: numbers to two decimals, text that is a number as that number, dates to whole days, times to minutes. */
function normal(cell) {
  if (cell.kind === "nothing") return ["text", ""];
  if (cell.kind === "number") return ["number", cents(cell.value) || 0];
  if (cell.kind === "boolean") return ["number", cell.value ? 1 : 0];
  if (cell.kind === "date") return ["number", halfEven(cell.value)];
  if (cell.kind === "duration") return ["duration", Math.round(cell.value * 86_400_000)];
  if (cell.kind === "time") return ["text", clock(cell.value).slice(0, -3)];
  return FLOAT.test(cell.value) ? ["number", cents(Number(cell.value.trim().replaceAll("_", ""))) || 0] : ["text", cell.value];
}
const same = (a, b) => {
  const [x, y] = [normal(a), normal(b)];
  return x[0] === y[0] && x[1] === y[1];
};

// ---- the answer position ---------------------------------------------------------------------------------------------

const fold = (text) =>
  text
    .replace(/[‘’´`“”"]/g, "'")
    .replace(/：/g, ":")
    .replace(/！/g, "!")
    .replace(/[，；;]/g, ",");
const loose = (title) => fold(title).toLowerCase().replace(/[ ']/g, "");

/** [{ title, from, to }] with corners such as { c, r }, either part absent where the position leaves it open; or a sentence. */
function readPosition(position, titles) {
  const ranges = [];
  const next = (text) => text.replace(/^[\s,]+/, "");
  for (let rest = next(fold(position)); rest !== ""; rest = next(rest)) {
    let title = titles[0]; // as the scorer has it: a part without a sheet is on the first one
    const named = [...titles]
      .sort((a, b) => b.length - a.length)
      .find((name) => rest.replace(/^[' ]+/, "").startsWith(fold(name)) && /^[' ]*!/.test(rest.replace(/^[' ]+/, "").slice(name.length)));
    const bang = named === undefined ? /^([^!,]*)!/.exec(rest) : null;
    if (named !== undefined) {
      title = named;
      rest = rest
        .replace(/^[' ]+/, "")
        .slice(named.length)
        .replace(/^[' ]*!/, "");
    } else if (bang !== null) {
      const like = titles.find((name) => loose(name) === loose(bang[1]));
      if (like === undefined) return `the position names the sheet ${JSON.stringify(bang[1].trim())}, which the reference does not have`;
      title = like;
      rest = rest.slice(bang[0].length);
    }
    const match = /^[' ]*\$?([A-Za-z]{1,3})?\$?(\d{1,7})?(?: *: *\$?([A-Za-z]{1,3})?\$?(\d{1,7})?)?[' ]*(?=,|$)/.exec(rest);
    if (match === null || match[0].trim() === "") return `${JSON.stringify(rest.slice(0, 40))} in the position is no range of cells`;
    const column = (letters) => (letters === undefined ? undefined : X.utils.decode_col(letters.toUpperCase()));
    const row = (digits) => (digits === undefined ? undefined : Number(digits) - 1);
    const from = { c: column(match[1]), r: row(match[2]) };
    const to = match[0].includes(":") ? { c: column(match[3]), r: row(match[4]) } : from;
    ranges.push({ title, from, to });
    rest = rest.slice(match[0].length);
  }
  return ranges.length === 0 ? "the answer position names no cell" : ranges;
}

/** Corners of a range on a sheet. What a range leaves open reaches to the end of the reference's sheet, as the scorer has it: "BD2:308", too. */
function blockOf({ from, to }, sheet) {
  const size = X.utils.decode_range(sheet["!ref"] || "A1").e;
  const sorted = (first, last) => [Math.min(first, last), Math.max(first, last)];
  return { rows: sorted(from.r ?? 0, to.r ?? size.r), columns: sorted(from.c ?? 0, to.c ?? size.c) };
}

function nameOf({ rows, columns }) {
  const [first, last] = [0, 1].map((i) => X.utils.encode_cell({ r: rows[i], c: columns[i] }));
  return first === last ? first : `${first}:${last}`;
}

/** Cells of the block that exist on one of the sheets, row by row: only they can differ. */
function cellsIn({ rows, columns }, sheets) {
  const found = new Map();
  for (const sheet of sheets) {
    for (const key of Object.keys(sheet)) {
      if (key.startsWith("!")) continue;
      const { r, c } = X.utils.decode_cell(key);
      if (r >= rows[0] && r <= rows[1] && c >= columns[0] && c <= columns[1]) found.set(key, { key, r, c });
    }
  }
  return [...found.values()].sort((a, b) => a.r - b.r || a.c - b.c);
}

// ---- the report ------------------------------------------------------------------------------------------------------

const typed = (cell) => (cell.kind === "nothing" ? cell.shown : `${cell.shown} (${cell.kind})`);

function hint(expected, got) {
  if (got.kind === "nothing" && got.formula !== undefined)
    return `; the cell holds the formula ${got.formula.slice(0, 80)} without a stored value, and only stored values count`;
  if (expected.kind === "text" && got.kind === "text" && expected.value.trim().toLowerCase() === got.value.trim().toLowerCase())
    return "; only capitals or blanks around the text differ";
  if (expected.kind !== got.kind && got.kind !== "nothing" && expected.kind !== "nothing")
    return `; a ${expected.kind} is wanted, not a ${got.kind}`;
  return "";
}

function compareRange(range, reference, candidate) {
  const [theirs, ours] = [reference.Sheets[range.title], candidate.Sheets[range.title]];
  const block = blockOf(range, theirs);
  const where = `sheet ${JSON.stringify(range.title)}, ${nameOf(block)}`;
  const cells = (block.rows[1] - block.rows[0] + 1) * (block.columns[1] - block.columns[0] + 1);
  if (ours === undefined) {
    lines.push(`[FAIL] ${where}: the candidate has no such sheet; it has ${candidate.SheetNames.map((n) => JSON.stringify(n)).join(", ")}`);
    return { cells, compared: cells, differing: cells };
  }
  const epochs = [reference, candidate].map((b) => (b.Workbook?.WBProps?.date1904 ? 1462 : 0));
  const wrong = [];
  let filled = 0;
  let compared = 0;
  for (const { key, r, c } of cellsIn(block, [theirs, ours])) {
    const [expected, got] = [cellAt(theirs, r, c, epochs[0]), cellAt(ours, r, c, epochs[1])];
    if (expected.kind !== "nothing") filled += 1;
    if (expected.kind !== "nothing" || got.kind !== "nothing") compared += 1;
    if (!same(expected, got)) wrong.push(`  ${key}: expected ${typed(expected)}, got ${typed(got)}${hint(expected, got)}`);
  }
  const note = filled === 0 ? "; the reference has no value there" : "";
  lines.push(`[${wrong.length === 0 ? "PASS" : "FAIL"}] ${where}: ${wrong.length} of ${cells} cells differ${note}`);
  lines.push(...wrong.slice(0, SHOWN));
  if (wrong.length > SHOWN) lines.push(`  … and ${wrong.length - SHOWN} more`);
  return { cells, compared, differing: wrong.length };
}

function main() {
  const position = JSON.parse(fs.readFileSync(path.join(__dirname, "position.json"), "utf8")).answer_position;
  const file = process.argv[2];
  if (file === undefined) return finish("FAIL: no candidate given; call it as node compare.cjs CANDIDATE");
  const referenceFile = path.join(__dirname, "reference.xlsx");
  lines.push(`candidate: ${file}`, `reference: ${referenceFile}`, `answer position: ${position}`);
  const [reference, candidate] = [open(referenceFile, "the reference"), open(file, "the candidate")];
  for (const { fault } of [reference, candidate]) if (fault !== undefined) return finish(`FAIL: ${fault}`);
  const ranges = readPosition(position, reference.book.SheetNames);
  if (typeof ranges === "string") return finish(`FAIL: ${ranges}`);
  const results = ranges.map((range) => compareRange(range, reference.book, candidate.book));
  const total = (field) => results.reduce((sum, result) => sum + result[field], 0);
  lines.push(`total: ${total("differing")} of ${total("cells")} cells differ in ${ranges.length} range(s)`);
  if (total("compared") === 0) return finish("FAIL: zero cells compared, because neither workbook has a value in the answer position");
  return finish(
    total("differing") === 0 ? "PASS: all compared cells are equal" : `FAIL: ${total("differing")} of ${total("cells")} cells differ`,
  );
}

main();
