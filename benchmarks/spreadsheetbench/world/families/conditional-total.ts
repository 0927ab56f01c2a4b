import type { FamilySolver } from "../family.ts";
import { answerSheet, columnOf, sourceSheet } from "../family.ts";
import { mentioned, pick } from "../reading.ts";
import { js, target } from "../script.ts";

const traps = ["uncached-formula", "raw-match", "text-numbers", "short-range", "subtotal-rows", "accounting-negatives", "error-cells"];

/** Adds up one column per label of a list, perhaps only rows with a certain value in another column. */
export const conditionalTotal: FamilySolver = {
  id: "conditional-total",
  title: "Totals per label",
  traps,
  understand(scene) {
    const { marked, areas } = scene;
    const area = areas[0];
    const sheet = answerSheet(scene);
    if (area === undefined || sheet === undefined || areas.length > 1 || /month/i.test(marked.text)) return undefined;
    if (columnOf(area.from) !== columnOf(area.to) || columnOf(area.from) === 0) return undefined;
    const amount = pick(
      marked,
      /\b(?:total|totals|sum|sums|add up|adds up|add together|sum up)\b(?: of| for| the| all| up)* (?:the )?⟨h(\d+)⟩/i,
    );
    const label = pick(marked, /\b(?:per|by|for each|for every|of each|of every|that|this|same|each|every|which) ⟨h(\d+)⟩/i);
    if (amount === undefined || label === undefined || amount === label) return undefined;
    const filter = /⟨h(\d+)⟩ (?:is|equals|reads|says|shows|=|stands at) ⟨v(\d+)⟩/.exec(marked.text);
    const only = filter === null ? undefined : marked.mentions[Number(filter[1])]?.text;
    const value = filter === null ? undefined : marked.mentions[Number(filter[2])]?.text;
    const heads = [label, amount, ...(only === undefined ? [] : [only])];
    const source = sourceSheet(scene, heads);
    if (source === undefined) return undefined;
    const same = source.name === sheet.name;
    const labels = columnOf(area.from) - 1;
    if (mentioned(marked, "header").length < 2) return undefined;
    const sheets = scene.sheets.map((s) => s.name);
    return {
      traps,
      intent: `For every label next to ${scene.fields.position} I add ${amount} over the rows of ${source.name} with that ${label}${only === undefined ? "" : ` where ${only} is ${value}`}.`,
      script: (sprung) => `${target(area, sheets, sprung)}
const src = table(${js(source.name)}, ${js(heads)}${same ? `, ${labels}` : ""});
const sums = new Map();
for (const r of src.rows) {
${only === undefined ? "" : `  if (key(val(src.ws, r, src.cols[2])) !== key(${js(value)})) continue;\n`}  const n = num(val(src.ws, r, src.cols[1]));
  if (n !== null) sums.set(key(val(src.ws, r, src.cols[0])), (sums.get(key(val(src.ws, r, src.cols[0]))) || 0) + n);
}
for (let r = a.r; r <= b.r; r++) {
  const name = val(out, r, a.c - 1);
${
  sprung.has("uncached-formula")
    ? `  const span = (c) => ${same ? '""' : `"'" + ${js(source.name)} + "'!"`} + X.utils.encode_range({ s: { r: src.top + 1, c }, e: { r: src.rows[src.rows.length - 1], c } });
  put(out, r, a.c, null, undefined, "SUMIFS(" + span(src.cols[1]) + "," + span(src.cols[0]) + "," + X.utils.encode_cell({ r, c: a.c - 1 })${
    only === undefined ? "" : ` + "," + span(src.cols[2]) + ",\\"" + ${js(value)} + "\\""`
  } + ")");`
    : "  put(out, r, a.c, sums.get(key(name)) || 0);"
}
}`,
    };
  },
};
