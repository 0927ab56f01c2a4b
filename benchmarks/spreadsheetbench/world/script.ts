/** The scripts the simulated solver writes: one prelude whose parts go wrong when their trap is sprung, and the commands around it. */
import type { Area, TaskFields } from "./reading.ts";

export type Sprung = ReadonlySet<string>;

/** A value as JavaScript source. */
export const js = (value: unknown): string => JSON.stringify(value);

/** Loads SheetJS (its small build where present: half the start-up time) and keeps a crash to one line. */
const loading = `process.on("uncaughtException", (e) => { console.error("Error: " + e.message); process.exit(1); });
const fs = require("fs");
let X;
try { X = require("xlsx/dist/xlsx.mini.min.js"); } catch { X = require("xlsx"); }
const isDate = (k) => k.t === "n" && X.SSF.is_date(k.z || "General");`;

/** Prints the first rows of every sheet as one line of JSON; real dates as ISO text. */
export function lookCommand(input: string, rows: number, sheets: number): string {
  return `node - <<'JS'
${loading}
const wb = X.read(fs.readFileSync(${js(input)}), { cellNF: true, sheetRows: ${rows + 1} });
const seen = wb.SheetNames.slice(0, ${sheets}).map((name) => {
  const ws = wb.Sheets[name], e = X.utils.decode_range(ws["!ref"] || "A1").e, rows = [];
  for (let r = 0; r <= Math.min(e.r, ${rows - 1}); r++) {
    const row = [];
    for (let c = 0; c <= Math.min(e.c, 19); c++) {
      const k = ws[X.utils.encode_cell({ r, c })];
      row.push(!k || k.v === undefined ? null : k.t === "e" ? k.w : isDate(k) ? X.SSF.format("yyyy-mm-dd", k.v) : typeof k.v === "string" ? k.v.slice(0, 40) : k.v);
    }
    while (row.length > 0 && row[row.length - 1] === null) row.pop();
    rows.push(row);
  }
  return { name, used: ws["!fullref"] || ws["!ref"], rows };
});
console.log(JSON.stringify({ sheets: seen }));
JS`;
}

/** Everything a family's script starts with: reading, comparing, converting and writing cells. Each function is the careless form when its trap is sprung. */
export function prelude(fields: TaskFields, sprung: Sprung): string {
  const careless = (trap: string, bad: string, good: string) => (sprung.has(trap) ? bad : good);
  return `${loading}
const wb = X.read(fs.readFileSync(${js(fields.input)}), { cellNF: true });
const cell = (ws, r, c) => ws[X.utils.encode_cell({ r, c })];
const val = (ws, r, c) => { const k = cell(ws, r, c); return ${careless("error-cells", "!k", '!k || k.t === "e"')} ? null : k.v; };
const text = (v) => String(v == null ? "" : v)${careless("hard-blanks", '.replace(/^ +| +$/g, "").replace(/ +/g, " ")', '.replace(/\\s+/g, " ").trim()')};
const key = (v) => ${careless("raw-match", 'String(v == null ? "" : v)', 'String(v == null ? "" : v).replace(/\\s+/g, " ").trim().toLowerCase()')};
const plain = (v) => String(v == null ? "" : v).trim().toLowerCase();
const num = (v) => {
  if (typeof v === "number") return v;
  ${careless(
    "text-numbers",
    "return null;",
    `const s = String(v == null ? "" : v).replace(/[\\s,$]/g, ""), m = /^\\((.+)\\)$/.exec(s);
  const n = m ? ${careless("accounting-negatives", "Number(m[1])", "-Number(m[1])")} : Number(s);
  return s === "" || Number.isNaN(n) ? null : n;`,
  )}
};
const day = (v) => {
  if (typeof v === "number") return Math.floor(v);
  ${careless(
    "text-dates",
    "return null;",
    `const s = String(v == null ? "" : v).trim();
  const t = /^(\\d{4}-\\d\\d-\\d\\d|\\d{1,2} [A-Za-z]{3,9} \\d{4}|[A-Za-z]{3,9} \\d{1,2}, \\d{4})$/.test(s) ? Date.parse(s + " UTC") : NaN;
  return Number.isNaN(t) ? null : t / 864e5 + 25569;`,
  )}
};
const cents = (n) => Math.round((n + Number.EPSILON) * 100) / 100;
function table(name, heads, limit) {
  const ws = wb.Sheets[name], e = X.utils.decode_range(ws["!ref"]).e, right = limit === undefined ? e.c : Math.min(e.c, limit - 1);
  const find = (r, h) => { for (let c = 0; c <= right; c++) if (plain(val(ws, r, c)) === plain(h)) return c; return -1; };
  for (let top = 0; top <= e.r; top++) {
    const cols = heads.map((h) => find(top, h));
    if (cols.some((c) => c < 0)) continue;
    const rows = [];
    for (let r = top + 1; r <= e.r; r++) {
      if (cols.every((c) => plain(val(ws, r, c)) === "")) ${careless("short-range", "break;", "continue;")}
${careless("repeated-header", "", "      if (cols.every((c, i) => plain(val(ws, r, c)) === plain(heads[i]))) continue;\n")}${careless(
  "subtotal-rows",
  "",
  `      let total = false;
      for (let c = 0; c <= right; c++) if (/\\b(sub-?total|grand total)\\b/i.test(String(val(ws, r, c) || ""))) total = true;
      if (total) continue;
`,
)}      rows.push(r);
    }
    return { ws, top, cols, rows, right };
  }
  throw new Error("no table with " + heads.join(", ") + " on " + name);
}
const put = (ws, r, c, v, z, f) => {
  const at = X.utils.encode_cell({ r, c });
  if (v === null && !f) delete ws[at];
  else {
    ws[at] = { t: typeof v === "string" ? "s" : "n" };
    if (v !== null) ws[at].v = v;
    if (z) ws[at].z = z;
    if (f) ws[at].f = f;
  }
  const ref = X.utils.decode_range(ws["!ref"] || "A1");
  ref.e.r = Math.max(ref.e.r, r);
  ref.e.c = Math.max(ref.e.c, c);
  ws["!ref"] = X.utils.encode_range(ref);
};`;
}

/** Target of a write: the sheet that was asked for, the area's corners counted from 0, one row too high when the header is overwritten. */
export function target(area: Area, sheets: readonly string[], sprung: Sprung): string {
  const name = sprung.has("wrong-sheet") ? sheets[0] : (area.sheet ?? sheets[0]);
  const first = sprung.has("header-overwrite") ? "a.r - 1" : "a.r";
  return `const out = wb.Sheets[${js(name)}], a = X.utils.decode_cell(${js(area.from)}), b = X.utils.decode_cell(${js(area.to)}), first = ${first};`;
}

export function saving(fields: TaskFields): string {
  return `fs.writeFileSync(${js(fields.output)}, X.write(wb, { type: "buffer", bookType: "xlsx", compression: true }));
console.log("saved ${fields.output}");`;
}

export function writeCommand(script: string): string {
  return `cat > solve.cjs <<'JS'\n${script}\nJS`;
}

/** Prints up to 40 cells of the answer area of the saved file. */
export function readBackCommand(fields: TaskFields, areas: readonly Area[]): string {
  return `node - <<'JS'
${loading}
const wb = X.read(fs.readFileSync(${js(fields.output)}), { cellNF: true });
for (const [name, from, to] of ${js(areas.map((a) => [a.sheet ?? null, a.from, a.to]))}) {
  const ws = wb.Sheets[name || wb.SheetNames[0]], a = X.utils.decode_cell(from), b = X.utils.decode_cell(to), got = [];
  for (let r = a.r; r <= b.r; r++) for (let c = a.c; c <= b.c; c++) if (got.length < 40) {
    const k = ws && ws[X.utils.encode_cell({ r, c })];
    got.push(X.utils.encode_cell({ r, c }) + "=" + (!k || k.v === undefined ? "(empty)" : k.v));
  }
  console.log((name || wb.SheetNames[0]) + ": " + got.join(" "));
}
JS`;
}
