import type { FamilySolver } from "../family.ts";
import { answerSheet, columnOf, sourceSheet } from "../family.ts";
import { headersOf, mentioned, pick } from "../reading.ts";
import { js, target } from "../script.ts";

/** Every value of a column once, in alphabetical order, in a list of its own. */
export const distinctList: FamilySolver = {
  id: "distinct-list",
  title: "List without duplicates, sorted",
  traps: ["raw-match", "header-overwrite", "repeated-header", "short-range", "wrong-sheet"],
  understand(scene) {
    const { marked, areas, fields } = scene;
    const area = areas[0];
    const sheet = answerSheet(scene);
    if (area === undefined || sheet === undefined || areas.length > 1 || columnOf(area.from) !== columnOf(area.to)) return undefined;
    if (!/\b(?:distinct|unique|duplicates?|only once|just once|once|different)\b/i.test(marked.text)) return undefined;
    if (!/\b(?:alphabetical|sorted|sort|A to Z|A-Z|ascending)/i.test(marked.text)) return undefined;
    const header = mentioned(marked, "header")[0];
    if (header === undefined) return undefined;
    const source = sourceSheet(scene, [header]);
    if (source === undefined) return undefined;
    const sheets = scene.sheets.map((s) => s.name);
    return {
      traps: this.traps,
      intent: `I collect every ${header} of ${source.name} once, sort the list from A to Z and write it to ${fields.position}.`,
      script: (sprung) => `${target(area, sheets, sprung)}
const src = table(${js(source.name)}, ${js([header])}${source === sheet ? ", a.c" : ""});
const seen = new Map();
for (const r of src.rows) {
  const v = val(src.ws, r, src.cols[0]);
  if (!seen.has(key(v))) seen.set(key(v), ${sprung.has("raw-match") ? "v" : "text(v)"});
}
const list = [...seen.values()].sort((x, y) => (plain(x) < plain(y) ? -1 : plain(x) > plain(y) ? 1 : 0));
list.forEach((v, i) => put(out, first + i, a.c, v));`,
    };
  },
};

/** Drops rows whose id came before and sorts the rest by date, in place. */
export const dedupeRows: FamilySolver = {
  id: "dedupe-rows",
  title: "Duplicate rows out, sorted by date",
  traps: ["raw-match", "text-dates"],
  understand(scene) {
    const { marked, areas, fields } = scene;
    const area = areas[0];
    const sheet = answerSheet(scene);
    if (area === undefined || sheet === undefined || areas.length > 1 || columnOf(area.from) === columnOf(area.to)) return undefined;
    if (!/\b(?:duplicates?|twice|more than once|repeated|doubled)\b/i.test(marked.text)) return undefined;
    const date = pick(marked, /\b(?:sort|order|arrange|sorted|ordered|arranged)\b[^.]*?\bby (?:the |its |their )?⟨h(\d+)⟩/i);
    const id = mentioned(marked, "header").find((h) => h !== date);
    if (date === undefined || id === undefined || ![id, date].every((h) => headersOf(sheet).includes(h))) return undefined;
    const down = /\b(?:newest|latest|most recent) (?:first|on top|at the top)|descending/i.test(marked.text);
    const sheets = scene.sheets.map((s) => s.name);
    return {
      traps: this.traps,
      intent: `The first row of each ${id} stays, later ones go; then I sort by ${date} and write the rows back to ${fields.position}.`,
      script: (sprung) => `${target(area, sheets, sprung)}
const src = table(${js(sheet.name)}, ${js([id, date])});
const seen = new Set(), rows = [];
for (const r of src.rows) {
  const k = key(val(src.ws, r, src.cols[0]));
  if (seen.has(k)) continue;
  seen.add(k);
  const row = [];
  for (let c = a.c; c <= b.c; c++) row.push(cell(src.ws, r, c));
  const d = day(val(src.ws, r, src.cols[1]));
  rows.push({ row, d: d === null ? Infinity : d, n: rows.length });
}
rows.sort((x, y) => (x.d === y.d ? x.n - y.n : ${down ? "y.d < x.d ? -1 : 1" : "x.d < y.d ? -1 : 1"}));
for (let r = a.r; r <= b.r; r++) for (let c = a.c; c <= b.c; c++) {
  const k = rows[r - a.r] ? rows[r - a.r].row[c - a.c] : undefined;
  if (k) out[X.utils.encode_cell({ r, c })] = k;
  else delete out[X.utils.encode_cell({ r, c })];
}`,
    };
  },
};
