import type { FamilySolver } from "../family.ts";
import { answerSheet } from "../family.ts";
import { headersOf } from "../reading.ts";
import { js, target } from "../script.ts";

/** Quantity times price, perhaps less a discount, added up in one cell; lines rounded or not, as the text says. */
export const lineTotal: FamilySolver = {
  id: "line-total",
  title: "Formula fill",
  traps: ["uncached-formula", "text-numbers", "early-rounding", "skipped-line-rounding", "short-range", "error-cells"],
  understand(scene) {
    const { marked, areas, fields } = scene;
    const area = areas[0];
    const sheet = answerSheet(scene);
    if (area === undefined || sheet === undefined || area.from !== area.to || areas.length > 1) return undefined;
    const product = /⟨h(\d+)⟩ (?:times|by|×|x|multiplied by|\*|with|and) (?:the |its )?⟨h(\d+)⟩/i.exec(marked.text);
    if (product === null || !/\b(?:times|multipl|product|×)/i.test(marked.text)) return undefined;
    const name = (i: string | undefined) => marked.mentions[Number(i)]?.text;
    const off = /(?:less|minus|reduced by|lowered by|discounted by|take off|taking off|deduct\w*) (?:the |its )?⟨h(\d+)⟩/i.exec(
      marked.text,
    );
    const heads = [name(product[1]), name(product[2]), ...(off === null ? [] : [name(off[1])])].filter((h) => h !== undefined);
    const source = scene.sheets.find((s) => heads.every((h) => headersOf(s).includes(h)));
    if (source === undefined || heads.length < (off === null ? 2 : 3)) return undefined;
    const lines = /\b(?:each|every|per|single)\b[^.]*\bround|\bround[^.]*\b(?:each|every|per) (?:line|row|position|entry|product)/i.test(
      marked.text,
    );
    const full =
      /\b(?:full precision|unrounded|without rounding|do not round|not round|only the (?:final|total|sum|result)|round(?:ed)? only)\b/i.test(
        marked.text,
      );
    const perLine = lines && !full;
    const traps = ["uncached-formula", "text-numbers", "short-range", "error-cells", perLine ? "skipped-line-rounding" : "early-rounding"];
    const sheets = scene.sheets.map((s) => s.name);
    return {
      traps,
      intent: `Each row gives ${heads.slice(0, 2).join(" × ")}${off === null ? "" : ` less ${heads[2]}`}; the sum of the rows goes to ${fields.position}.`,
      script: (sprung) => {
        const rounded = perLine ? !sprung.has("skipped-line-rounding") : sprung.has("early-rounding");
        return `${target(area, sheets, sprung)}
const src = table(${js(source.name)}, ${js(heads)}${source === sheet ? ", a.c" : ""});
let sum = 0;
for (const r of src.rows) {
  const f = src.cols.map((c) => num(val(src.ws, r, c)));
  if (f[0] === null || f[1] === null) continue;
  const line = f[0] * f[1]${off === null ? "" : " * (1 - (f[2] || 0))"};
  sum += ${rounded ? "cents(line)" : "line"};
}
${
  sprung.has("uncached-formula")
    ? `const span = (c) => "'" + ${js(source.name)} + "'!" + X.utils.encode_range({ s: { r: src.top + 1, c }, e: { r: src.rows[src.rows.length - 1], c } });
put(out, a.r, a.c, null, "0.00", "SUMPRODUCT(" + src.cols.slice(0, 2).map(span).join(",") + ")");`
    : 'put(out, a.r, a.c, cents(sum), "0.00");'
}`;
      },
    };
  },
};
