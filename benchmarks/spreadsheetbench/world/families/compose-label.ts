import type { FamilySolver } from "../family.ts";
import { answerSheet, columnOf, mentionedOn } from "../family.ts";
import { js, target } from "../script.ts";

/** Joins two columns to one label such as HR-0042. */
export const composeLabel: FamilySolver = {
  id: "compose-label",
  title: "Text clean-up and codes",
  traps: ["lost-zeros", "hard-blanks", "short-range"],
  understand(scene) {
    const { marked, areas, fields } = scene;
    const area = areas[0];
    const sheet = answerSheet(scene);
    if (area === undefined || sheet === undefined || areas.length > 1 || columnOf(area.from) !== columnOf(area.to)) return undefined;
    if (!/\b(?:join|combine|concatenat|build|compos|put together|made (?:up )?of|consist|glue|stitch|assemble)/i.test(marked.text))
      return undefined;
    const separator = /\b(dash|hyphen)\b/i.test(marked.text)
      ? "-"
      : /\bslash\b/i.test(marked.text)
        ? "/"
        : /\bunderscore\b/i.test(marked.text)
          ? "_"
          : /\b(?:dot|full stop)\b/i.test(marked.text)
            ? "."
            : undefined;
    const [left, right] = mentionedOn(scene, sheet);
    if (separator === undefined || left === undefined || right === undefined) return undefined;
    const sheets = scene.sheets.map((s) => s.name);
    return {
      traps: this.traps,
      intent: `Each row of ${fields.position} gets ${left}, "${separator}" and ${right} as one text.`,
      script: (sprung) => `${target(area, sheets, sprung)}
const src = table(${js(sheet.name)}, ${js([left, right])}, a.c);
const part = (r, c) => {
  const k = cell(src.ws, r, c);
  if (!k) return "";
${
  sprung.has("lost-zeros")
    ? "  if (/^\\s*\\d+\\s*$/.test(String(k.v))) return String(Number(k.v));\n  return text(k.v);"
    : '  return k.t === "n" && /^0+$/.test(k.z || "") ? String(k.v).padStart(k.z.length, "0") : text(k.v);'
}
};
for (const r of src.rows) put(out, r, a.c, part(r, src.cols[0]) + ${js(separator)} + part(r, src.cols[1]));`,
    };
  },
};
