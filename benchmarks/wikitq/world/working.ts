/**
 * The solver's working as JavaScript source: from `grid`, the table's cells row by row with the header first, to `items` and to the `lines` of what was found on the
 * way. Each part is the careless form when its trap is sprung. The same source runs in the sandbox and, for answers in words, right here.
 */
import { runInNewContext } from "node:vm";
import { z } from "zod";
import type { Job, Sprung } from "./job.ts";

/** A value as JavaScript source. */
export const js = (value: unknown): string => JSON.stringify(value);

function reading(sprung: Sprung): string {
  const careless = (trap: string, bad: string, good: string): string => (sprung.has(trap) ? bad : good);
  return `const text = (v) => String(v === null || v === undefined ? "" : v);
const bare = (v) => text(v)${careless("footnotes", "", '.replace(/(?:\\s*(?:\\[[^\\]]*\\]|[†‡*]))+\\s*$/, "")')}.trim();
const same = (v) => text(v).replace(/\\s+/g, " ").trim().toLowerCase();
const key = (v) => ${careless("raw-match", "text(v)", "same(v)")};
const num = (v) => {
  const s = bare(v)${careless("minus-sign", "", '.replace("−", "-")')}${careless("text-numbers", "", '.replace(/,(?=\\d{3})/g, "")')};
  return /^-?\\d+(\\.\\d+)?$/.test(s) ? Number(s) : null;
};
const day = (v) => {
${careless(
  "text-dates",
  "  return num(v);",
  `  const s = bare(v), t = /^(\\d{4}-\\d\\d-\\d\\d|\\d{1,2} [A-Za-z]+ \\d{4}|[A-Za-z]+ \\d{1,2}, \\d{4})$/.test(s) ? Date.parse(s + " UTC") : NaN;
  return Number.isNaN(t) ? null : t / 864e5;`,
)}
};
const head = grid[0].map(text);
const at = (name) => head.findIndex((h) => same(h) === same(name));
const rows = [];
for (const row of grid.slice(1)) {
  if (row.every((v) => text(v).trim() === "")) ${careless("short-range", "break;", "continue;")}
${careless("repeated-header", "", "  if (row.every((v, c) => same(v) === same(head[c]))) continue;\n")}${careless(
  "totals-row",
  "",
  "  if (row.some((v) => /^(grand |sub-?)?totals?$/i.test(text(v).trim()))) continue;\n",
)}  rows.push(row);
}
const entry = (name) => rows.find((row) => row.some((v) => same(bare(v)) === same(name)));
const cell = (name, column) => { const row = entry(name); return row === undefined ? null : row[at(column)]; };
const lines = ["rows read: " + rows.length];
const note = (what, value) => { lines.push(what + ": " + (value === null || value === undefined || value === "" ? "nothing" : value)); return value; };
let items = [];`;
}

/** Middle part; `items` get texts and numbers. */
function doing(job: Job, sprung: Sprung): string {
  switch (job.op) {
    case "count":
      return `const c = at(${js(job.column)}), hits = rows.filter((row) => key(row[c]) === key(${js(job.value)}));
note("rows that fit", hits.length);
items = [hits.length];`;
    case "extreme":
      return `const x = at(${js(job.by)}), s = at(${js(job.show)});
let best = null;
for (const row of rows) {
  const n = num(row[x]);
  if (n !== null && (best === null || (${job.highest ? "n > best.n" : "n < best.n"}))) best = { n, row };
}
note(${js(`${job.highest ? "highest" : "lowest"} ${job.by}`)}, best && best.n);
items = best === null ? [] : [bare(best.row[s])];`;
    case "difference":
      return `const [p, q] = ${js(job.of)}.map((name) => note(name, num(cell(name, ${js(job.column)}))));
items = [(p || 0) - (q || 0)];`;
    case "neighbour":
      return `const c = at(${js(job.column)}), i = rows.findIndex((row) => row === entry(${js(job.of)}));
note("place of " + ${js(job.of)}, i < 0 ? null : i + 1);
const found = i < 0 ? undefined : rows[i + ${job.step}];
items = found === undefined ? [] : [bare(found[c])];`;
    case "sum":
      return `const x = at(${js(job.column)});
let total = 0, added = 0;
for (const row of rows) {
${job.where === undefined ? "" : `  if (key(row[at(${js(job.where.column)})]) !== key(${js(job.where.value)})) continue;\n`}  const n = num(row[x]);
  if (n !== null) { total += n; added += 1; }
}
note("figures added", added);
items = [total];`;
    case "distinct":
      return `const c = at(${js(job.column)}), kinds = new Map();
for (const row of rows) if (text(row[c]).trim() !== "") kinds.set(key(row[c]), text(row[c]));
note("kinds", [...kinds.values()].join("; "));
items = [kinds.size];`;
    case "compare":
      return `const [p, q] = ${js(job.of)}.map((name) => note(name, num(cell(name, ${js(job.column)}))));
const holds = (p || 0) ${job.higher ? ">" : "<"} (q || 0);
items = [${sprung.has("boolean-answer") ? "holds" : 'holds ? "yes" : "no"'}];`;
    case "days": {
      const both = job.both ? !sprung.has("exclusive-count") : sprung.has("inclusive-count");
      return `const [p, q] = ${js(job.of)}.map((name) => note(name + " on day", day(cell(name, ${js(job.column)}))));
items = [Math.abs((q || 0) - (p || 0))${both ? " + 1" : ""}];`;
    }
    case "list":
      return `const c = at(${js(job.where.column)}), s = at(${js(job.show)});
items = rows.filter((row) => key(row[c]) === key(${js(job.where.value)})).map((row) => bare(row[s]));
note("rows that fit", items.length);`;
    case "above":
      return `const x = at(${js(job.column)}), s = at(${js(job.show)});
items = rows.filter((row) => num(row[x]) !== null && num(row[x]) > ${job.limit}).map((row) => bare(row[s]));
note("rows that fit", items.length);`;
  }
}

function shaping(job: Job, sprung: Sprung): string {
  const unit = job.op === "days" ? "days" : job.op === "count" ? "entries" : "column" in job ? job.column.toLowerCase() : "";
  return [
    sprung.has("unit-in-answer") ? `items = items.map((item) => item + ${js(` ${unit}`)});` : "",
    sprung.has("joined-answer") ? 'items = [items.join(", ")];' : "",
  ]
    .filter((part) => part !== "")
    .join("\n");
}

/** Source that needs `grid` and leaves `items` and `lines`. */
export function working(job: Job, sprung: Sprung): string {
  return [reading(sprung), doing(job, sprung), shaping(job, sprung)].filter((part) => part !== "").join("\n");
}

const resultSchema = z.object({ items: z.array(z.union([z.string(), z.number(), z.boolean()])), lines: z.array(z.string()) });

/** What the working gives on a table of texts. */
export function workOut(
  job: Job,
  grid: readonly (readonly string[])[],
  sprung: Sprung,
): { readonly items: readonly string[]; readonly lines: readonly string[] } {
  const source = `${working(job, sprung)}\nJSON.stringify({ items, lines })`;
  const { items, lines } = resultSchema.parse(JSON.parse(String(runInNewContext(source, { grid }, { timeout: 5000 }))));
  return { items: items.map(String), lines };
}
