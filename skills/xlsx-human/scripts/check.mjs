#!/usr/bin/env node
/**
 * Look at a finished workbook as a reader will see it. Changes nothing.
 *
 *   node check.mjs FILE [--against INPUT] [--range "Sheet!A1:B9"]
 *
 * Reports, as one JSON object: formulas without a stored result, error values, texts that look like formulas;
 * with --against the cells that differ from INPUT, by sheet; with --range the stored values of that range.
 * Exit code: 0 nothing suspicious, 1 missing results or error values, 2 wrong call or unreadable file.
 * Needs Node and the package xlsx (SheetJS).
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";

const SHOWN = 20;
const MAX_RANGE_CELLS = 2000;

function fail(message) {
  console.log(JSON.stringify({ status: "failed", message }, null, 2));
  process.exit(2);
}

const XLSX = await import("xlsx").catch(() => fail("The package xlsx cannot be loaded here; use recalc.py --check instead."));

function open(path) {
  try {
    const bytes = readFileSync(path);
    // SheetJS reads anything as some kind of text table; a workbook begins like a zip archive.
    if (bytes.length < 4 || bytes.readUInt32LE(0) !== 0x04034b50) throw new Error("it is not an .xlsx file");
    return XLSX.read(bytes, { cellNF: true, cellHTML: false, cellText: false, sheetStubs: true });
  } catch (error) {
    return fail(`${path} cannot be read as a workbook: ${error.message}`);
  }
}

const addresses = (sheet) => Object.keys(sheet).filter((key) => key[0] !== "!");
const shown = (cells) => ({ count: cells.length, cells: cells.slice(0, SHOWN) });

/** What a reader gets: error values by name, dates as text in ISO form, everything else as stored. */
function stored(cell) {
  if (cell === undefined || cell.t === "z" || cell.v === undefined || cell.v === "") return null;
  if (cell.t === "e") return XLSX.utils.format_cell({ t: "e", v: cell.v });
  if (cell.t === "n" && cell.z !== undefined && XLSX.SSF.is_date(cell.z)) {
    const date = new Date(Math.round((cell.v - 25569) * 86400000));
    return Number.isNaN(date.getTime()) ? cell.v : cell.v < 1 ? `time ${date.toISOString().slice(11, 19)}` : date.toISOString().replace("T00:00:00.000Z", "");
  }
  return cell.v;
}

function suspicious(book) {
  const missing = [];
  const errors = {};
  const texts = [];
  let formulas = 0;
  for (const name of book.SheetNames) {
    const sheet = book.Sheets[name];
    for (const address of addresses(sheet)) {
      const cell = sheet[address];
      const where = `${name}!${address}`;
      if (cell.f !== undefined) {
        formulas += 1;
        if (cell.t === "z" || cell.v === undefined) missing.push(where);
      } else if (cell.t === "s" && /^=\s*[A-Za-z(+\-'$]/.test(cell.v)) texts.push(where);
      if (cell.t === "e") (errors[stored(cell)] ??= []).push(where);
    }
  }
  const report = { formulas, without_value: missing.length, errors: Object.fromEntries(Object.entries(errors).map(([k, v]) => [k, shown(v)])) };
  if (missing.length > 0) report.cells_without_value = missing.slice(0, SHOWN);
  if (texts.length > 0) report.texts_like_formulas = shown(texts);
  return report;
}

function differences(book, input) {
  const report = {
    sheets_added: book.SheetNames.filter((name) => !input.SheetNames.includes(name)),
    sheets_missing: input.SheetNames.filter((name) => !book.SheetNames.includes(name)),
    changed: {},
  };
  for (const name of book.SheetNames.filter((sheet) => input.SheetNames.includes(sheet))) {
    const [now, before] = [book.Sheets[name], input.Sheets[name]];
    const changed = [...new Set([...addresses(now), ...addresses(before)])].filter(
      (address) => stored(now[address]) !== stored(before[address]) || (now[address]?.f ?? null) !== (before[address]?.f ?? null),
    );
    if (changed.length > 0) report.changed[name] = shown(changed);
  }
  return report;
}

function valuesOf(book, range) {
  const bang = range.lastIndexOf("!");
  const wanted = bang < 0 ? book.SheetNames[0] : range.slice(0, bang).replace(/^'|'$/g, "").replaceAll("''", "'");
  const sheet = book.Sheets[wanted];
  if (sheet === undefined) fail(`There is no sheet ${JSON.stringify(wanted)}; the workbook has ${JSON.stringify(book.SheetNames)}.`);
  const area = range.slice(bang + 1).replaceAll("$", "").toUpperCase();
  if (!/^[A-Z]+[0-9]+(:[A-Z]+[0-9]+)?$/.test(area)) fail(`${range} is not a range like "Sheet1!A1:B9".`);
  const { s, e } = XLSX.utils.decode_range(area);
  const rows = [];
  for (let r = s.r; r <= e.r && rows.length * (e.c - s.c + 1) < MAX_RANGE_CELLS; r += 1) {
    const values = [];
    for (let c = s.c; c <= e.c; c += 1) values.push(stored(sheet[XLSX.utils.encode_cell({ r, c })]));
    rows.push({ row: r + 1, values });
  }
  const all = rows.flatMap((row) => row.values);
  return { sheet: wanted, area, cells: all.length, blank: all.filter((value) => value === null).length, rows };
}

function options() {
  try {
    return parseArgs({ allowPositionals: true, options: { against: { type: "string" }, range: { type: "string" } } });
  } catch (error) {
    return fail(error.message);
  }
}

const { positionals, values } = options();
if (positionals.length !== 1) fail('Call: node check.mjs FILE [--against INPUT] [--range "Sheet!A1:B9"]');
const book = open(positionals[0]);
const found = suspicious(book);
const bad = found.without_value > 0 || Object.keys(found.errors).length > 0;
const report = { status: bad ? "errors_found" : "ok", file: positionals[0], ...found };
if (values.against !== undefined) report.against_input = differences(book, open(values.against));
if (values.range !== undefined) report.range = valuesOf(book, values.range);
// Rows on one line each: the values are for reading.
console.log(JSON.stringify(report, null, 2).replace(/\{\s+"row": (\d+),\s+"values": \[([^\]]*)\]\s+\}/g, (_, row, inner) => `{ "row": ${row}, "values": [${inner.replace(/\s*\n\s*/g, " ").trim()}] }`));
process.exitCode = bad ? 1 : 0;
