import type { FamilySolver } from "../family.ts";
import { answerSheet, columnOf, rowOf, sourceSheet } from "../family.ts";
import { mentioned, pick } from "../reading.ts";
import { js, target } from "../script.ts";

/** The largest (or smallest) few of a column, with a label beside each. */
export const topList: FamilySolver = {
  id: "top-list",
  title: "Ranking",
  traps: ["text-numbers", "header-overwrite", "short-range", "accounting-negatives", "wrong-sheet"],
  understand(scene) {
    const { marked, areas, fields } = scene;
    const area = areas[0];
    const sheet = answerSheet(scene);
    if (area === undefined || sheet === undefined || areas.length > 1 || columnOf(area.to) - columnOf(area.from) !== 1) return undefined;
    const order = /\b(top|largest|highest|biggest|greatest|smallest|lowest)\b/i.exec(marked.text)?.[1];
    if (order === undefined) return undefined;
    const heads = [...new Set(mentioned(marked, "header"))].slice(0, 2);
    const amount =
      pick(
        marked,
        /\b(?:largest|highest|biggest|greatest|smallest|lowest|by|ranked by|in terms of|according to|judged by) (?:the |their |its )?⟨h(\d+)⟩/i,
      ) ?? pick(marked, /\btop \w+ (?:by )?⟨h(\d+)⟩/i);
    const label = heads.find((h) => h !== amount);
    if (amount === undefined || label === undefined) return undefined;
    const source = sourceSheet(scene, [label, amount]);
    if (source === undefined) return undefined;
    const above = (sheet.rows[rowOf(area.from) - 1] ?? []).slice(columnOf(area.from), columnOf(area.from) + 2);
    const labelFirst = above[1] !== label;
    const up = /^(?:smallest|lowest)$/i.test(order);
    const sheets = scene.sheets.map((s) => s.name);
    return {
      traps: this.traps,
      intent: `I sort the rows of ${source.name} by ${amount}, take as many as fit into ${fields.position} and write ${label} and ${amount} there.`,
      script: (sprung) => `${target(area, sheets, sprung)}
const src = table(${js(source.name)}, ${js([label, amount])}${source === sheet ? ", a.c" : ""});
const list = [];
for (const r of src.rows) {
  const n = num(val(src.ws, r, src.cols[1]));
  if (n !== null) list.push({ name: text(val(src.ws, r, src.cols[0])), n });
}
list.sort((x, y) => ${up ? "x.n - y.n" : "y.n - x.n"});
${sprung.has("header-overwrite") ? "for (let c = a.c; c <= b.c; c++) put(out, b.r, c, null);\n" : ""}list.slice(0, b.r - a.r + 1).forEach((e, i) => {
  put(out, first + i, ${labelFirst ? "a.c" : "b.c"}, e.name);
  put(out, first + i, ${labelFirst ? "b.c" : "a.c"}, e.n);
});`,
    };
  },
};
