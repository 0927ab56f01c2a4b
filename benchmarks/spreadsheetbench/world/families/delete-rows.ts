import type { FamilySolver } from "../family.ts";
import { answerSheet } from "../family.ts";
import { headersOf, pick } from "../reading.ts";
import { js, target } from "../script.ts";

/** Takes the rows out that meet a condition and closes the gaps. */
export const deleteRows: FamilySolver = {
  id: "delete-rows",
  title: "Row deletion",
  traps: ["top-down-delete", "raw-match", "text-numbers"],
  understand(scene) {
    const { marked, areas, fields } = scene;
    const area = areas[0];
    const sheet = answerSheet(scene);
    if (area === undefined || sheet === undefined || areas.length > 1) return undefined;
    if (!/\b(?:delete|remove|drop|get rid of|throw out|clear out|take out|purge|eliminate|strip)\b/i.test(marked.text)) return undefined;
    if (/\b(?:duplicate|twice|more than once)/i.test(marked.text)) return undefined;
    const equals = /⟨h(\d+)⟩ (?:is|equals|reads|says|shows|=|stands at|is set to) ⟨v(\d+)⟩/.exec(marked.text);
    const below = /⟨h(\d+)⟩ (?:is |are |lies |falls )?(?:below|under|less than|smaller than) (-?\d+(?:\.\d+)?)/.exec(marked.text);
    const none = pick(marked, /⟨h(\d+)⟩ (?:is|are|was) (?:empty|blank|missing|not filled in)/);
    const header = equals ? marked.mentions[Number(equals[1])]?.text : below ? marked.mentions[Number(below[1])]?.text : none;
    if (header === undefined || !headersOf(sheet).includes(header)) return undefined;
    const value = equals ? marked.mentions[Number(equals[2])]?.text : undefined;
    const hit = equals ? `key(v) === key(${js(value)})` : below ? `num(v) !== null && num(v) < ${below[2]}` : `plain(v) === ""`;
    const traps = ["top-down-delete", ...(equals ? ["raw-match"] : below ? ["text-numbers"] : [])];
    const sheets = scene.sheets.map((s) => s.name);
    return {
      traps,
      intent: `I drop the rows of ${sheet.name} where ${header} ${equals ? `is ${value}` : below ? `is below ${below[2]}` : "is empty"} and move the rest up within ${fields.position}.`,
      script: (sprung) => `${target(area, sheets, sprung)}
const src = table(${js(sheet.name)}, ${js(
        headersOf(sheet)
          .slice(0, 1)
          .concat(header === headersOf(sheet)[0] ? [] : [header]),
      )});
const at = src.cols[src.cols.length - 1];
const rows = [];
for (let r = src.top + 1; r <= X.utils.decode_range(src.ws["!ref"]).e.r; r++) {
  const row = [];
  for (let c = a.c; c <= b.c; c++) row.push(cell(src.ws, r, c));
  rows.push(row);
}
const hit = (row) => {
  const k = row[at - a.c], v = k ? k.v : null;
  return row.some((k) => k && k.v !== "") && ${hit};
};
${
  sprung.has("top-down-delete")
    ? "for (let i = 0; i < rows.length; i++) if (hit(rows[i])) rows.splice(i, 1);"
    : "for (let i = rows.length - 1; i >= 0; i--) if (hit(rows[i])) rows.splice(i, 1);"
}
for (let r = src.top + 1; r <= b.r; r++) for (let c = a.c; c <= b.c; c++) {
  const k = (rows[r - src.top - 1] || [])[c - a.c];
  if (k) out[X.utils.encode_cell({ r, c })] = k;
  else delete out[X.utils.encode_cell({ r, c })];
}`,
    };
  },
};
