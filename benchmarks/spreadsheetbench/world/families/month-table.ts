import type { FamilySolver } from "../family.ts";
import { answerSheet, columnOf, looksLikeDates, mentionedOn, sourceSheet } from "../family.ts";
import { mentioned, pick } from "../reading.ts";
import { js, target } from "../script.ts";

/** Totals by label (rows) and month (columns). */
export const monthTable: FamilySolver = {
  id: "month-table",
  title: "Totals by label and month",
  traps: ["wrong-sheet", "text-dates", "raw-match", "text-numbers"],
  understand(scene) {
    const { marked, areas, fields } = scene;
    const area = areas[0];
    const sheet = answerSheet(scene);
    if (area === undefined || sheet === undefined || areas.length > 1 || !/\bmonth/i.test(marked.text)) return undefined;
    if (columnOf(area.to) - columnOf(area.from) < 2) return undefined;
    const amount = pick(
      marked,
      /\b(?:total|totals|sum|sums|add up|adds up|added up|sum up)\b(?: of| for| the| all| up)* (?:the )?⟨h(\d+)⟩/i,
    );
    if (amount === undefined) return undefined;
    const all = mentioned(marked, "header");
    const source = sourceSheet(scene, [amount], sheet);
    if (source === undefined) return undefined;
    const there = mentionedOn(scene, source).filter((h) => h !== amount);
    const date = there.find((h) => looksLikeDates(source, h));
    const label = there.find((h) => h !== date);
    if (date === undefined || label === undefined || all.length < 3) return undefined;
    const sheets = scene.sheets.map((s) => s.name);
    return {
      traps: this.traps,
      intent: `From ${source.name} I add ${amount} by ${label} and by the month of ${date}, and fill ${fields.position} with the sums.`,
      script: (sprung) => `${target(area, sheets, sprung)}
const src = table(${js(source.name)}, ${js([label, date, amount])});
const months = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");
const form = wb.Sheets[${js(sheet.name)}];
const sums = new Map();
for (const r of src.rows) {
  const d = day(val(src.ws, r, src.cols[1])), n = num(val(src.ws, r, src.cols[2]));
  if (d === null || n === null) continue;
  const at = key(val(src.ws, r, src.cols[0])) + "|" + new Date((d - 25569) * 864e5).getUTCMonth();
  sums.set(at, (sums.get(at) || 0) + n);
}
for (let r = a.r; r <= b.r; r++) for (let c = a.c; c <= b.c; c++) {
  const month = months.indexOf(plain(val(form, a.r - 1, c)).slice(0, 3));
  put(out, r, c, sums.get(key(val(form, r, a.c - 1)) + "|" + month) || 0);
}`,
    };
  },
};
