import type { FamilySolver } from "../family.ts";
import { answerSheet, columnOf, looksLikeDates, mentionedOn } from "../family.ts";
import { js, target } from "../script.ts";

/** Days between two dates of each row, plain or with both ends counted. */
export const dayCount: FamilySolver = {
  id: "day-count",
  title: "Date arithmetic",
  traps: ["text-dates", "exclusive-count", "inclusive-count", "short-range"],
  understand(scene) {
    const { marked, areas, fields } = scene;
    const area = areas[0];
    const sheet = answerSheet(scene);
    if (area === undefined || sheet === undefined || !/\bdays?\b/i.test(marked.text)) return undefined;
    if (areas.length > 1 || columnOf(area.from) !== columnOf(area.to)) return undefined;
    const dates = mentionedOn(scene, sheet).filter((h) => looksLikeDates(sheet, h));
    const pattern =
      /(?:from|between|since|after)\s+(?:the |its |their )?⟨h(\d+)⟩[^.⟨]*?(?:to|until|and|till)\s+(?:the |its |their )?⟨h(\d+)⟩/i.exec(
        marked.text,
      );
    const start = pattern ? marked.mentions[Number(pattern[1])]?.text : dates[0];
    const end = pattern ? marked.mentions[Number(pattern[2])]?.text : dates[1];
    if (start === undefined || end === undefined || dates.length < 2) return undefined;
    const both = /\bboth\b|inclusive|including|counts? as (?:one|1)\b|is (?:one|1) day/i.test(marked.text);
    const traps = ["text-dates", "short-range", both ? "exclusive-count" : "inclusive-count"];
    const sheets = scene.sheets.map((s) => s.name);
    return {
      traps,
      intent: `Per row I take ${end} minus ${start} as days and write the number to ${fields.position}.`,
      script: (sprung) => {
        const plusOne = both ? !sprung.has("exclusive-count") : sprung.has("inclusive-count");
        return `${target(area, sheets, sprung)}
const src = table(${js(sheet.name)}, ${js([start, end])}, a.c);
for (const r of src.rows) {
  const from = day(val(src.ws, r, src.cols[0])), to = day(val(src.ws, r, src.cols[1]));
  put(out, r, a.c, from === null || to === null ? null : to - from${plusOne ? " + 1" : ""}, "0");
}`;
      },
    };
  },
};
