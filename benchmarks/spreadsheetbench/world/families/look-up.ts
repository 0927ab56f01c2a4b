import type { FamilySolver, Scene } from "../family.ts";
import { answerSheet, columnOf, looksLikeDates, mentionedOn, rowOf, sourceSheet } from "../family.ts";
import { headersOf, mentioned, pick } from "../reading.ts";
import { js, target } from "../script.ts";

const verb = /\b(?:fill|pull|get|fetch|bring|look up|look|retrieve|copy|find|transfer|hold|show|match|complete|carry)/i;

interface Pairing {
  readonly from: string;
  readonly keyHere: string;
  readonly keyThere: string;
  /** Headers brought over, in the order of the answer's columns. */
  readonly wanted: readonly string[];
  readonly date?: string;
  readonly missing?: string;
}

/** Fills one column, or several, with what another sheet lists for the same key. */
export function lookUp(id: string, title: string, several: boolean): FamilySolver {
  const traps = several
    ? ["raw-match", "wrong-sheet", "header-overwrite"]
    : ["uncached-formula", "raw-match", "first-match", "wrong-sheet"];
  return {
    id,
    title,
    traps,
    understand(scene) {
      const area = scene.areas[0];
      const pairing = pair(scene, several);
      if (area === undefined || pairing === undefined) return undefined;
      const { from, keyHere, keyThere, wanted, date, missing } = pairing;
      const sheets = scene.sheets.map((s) => s.name);
      const here = area.sheet ?? sheets[0];
      return {
        traps,
        intent: `Rows belong together by ${keyHere}. For each row I take ${wanted.join(", ")} from ${from} and write it to ${scene.fields.position}.`,
        script: (sprung) => `${target(area, sheets, sprung)}
const src = table(${js(from)}, ${js([keyThere, ...wanted, ...(date === undefined ? [] : [date])])});
const found = new Map();
for (const r of src.rows) {
  const k = key(val(src.ws, r, src.cols[0]));
  ${
    sprung.has("first-match")
      ? "if (!found.has(k)) found.set(k, r);"
      : date === undefined
        ? "if (!found.has(k)) found.set(k, r);"
        : `const d = src.cols[${wanted.length + 1}], old = found.get(k);
  if (old === undefined || day(val(src.ws, r, d)) > day(val(src.ws, old, d))) found.set(k, r);`
  }
}
const mine = table(${js(here)}, [${js(keyHere)}], a.c);
const wanted = ${js(wanted)};
for (let r = a.r; r <= b.r; r++) {
  const name = val(mine.ws, r, mine.cols[0]);
  if (plain(name) === "") continue;
  const hit = found.get(key(name));
  wanted.forEach((_, i) => {
    const v = hit === undefined ? ${js(missing ?? null)} : val(src.ws, hit, src.cols[1 + i]);
    const z = hit === undefined ? undefined : (cell(src.ws, hit, src.cols[1 + i]) || {}).z;
${
  sprung.has("uncached-formula")
    ? `    const at = (c, s) => X.utils.encode_cell({ r: s, c });
    const span = (c) => "'" + ${js(from)} + "'!" + X.utils.encode_range({ s: { r: src.top + 1, c }, e: { r: src.rows[src.rows.length - 1], c } });
    put(out, r, a.c + i, null, z, "INDEX(" + span(src.cols[1 + i]) + ",MATCH(" + at(mine.cols[0], r) + "," + span(src.cols[0]) + ",0))");`
    : `    put(out, r + first - a.r, a.c + i, v, z);`
}
  });
}
${sprung.has("header-overwrite") ? "wanted.forEach((_, i) => put(out, b.r, a.c + i, null));" : ""}`,
      };
    },
  };
}

function pair(scene: Scene, several: boolean): Pairing | undefined {
  const area = scene.areas[0];
  const target = answerSheet(scene);
  if (area === undefined || target === undefined || scene.areas.length > 1 || !verb.test(scene.marked.text)) return undefined;
  const first = columnOf(area.from);
  const width = columnOf(area.to) - first + 1;
  if (several !== width > 1) return undefined;
  const top = target.rows[rowOf(area.from) - 1] ?? [];
  const filled = top.slice(first, first + width).map((c) => (typeof c === "string" ? c.trim() : ""));
  const own = headersOf(target).filter((h) => !filled.includes(h));
  const said = [...new Set(mentioned(scene.marked, "header"))];
  const keyHere = said.find((h) => own.includes(h)) ?? (several ? own[0] : undefined);
  if (keyHere === undefined) return undefined;
  const source = sourceSheet(scene, [], target);
  if (source === undefined || !mentioned(scene.marked, "sheet").includes(source.name)) return undefined;
  const there = mentionedOn(scene, source);
  const dated = /\b(?:most recent|latest|newest)\b/i.test(scene.marked.text);
  const date = dated ? there.find((h) => looksLikeDates(source, h) && h !== keyHere) : undefined;
  if (dated && date === undefined) return undefined;
  const others = there.filter((h) => h !== keyHere && h !== date);
  const keyThere = headersOf(source).includes(keyHere)
    ? keyHere
    : pick(scene.marked, /(?:called|known as|named|labelled|whose|against) (?:there )?⟨h(\d+)⟩/);
  if (keyThere === undefined || !headersOf(source).includes(keyThere)) return undefined;
  const wanted = several ? filled : others.filter((h) => h !== keyThere).slice(0, 1);
  if (wanted.length !== width || !wanted.every((h) => headersOf(source).includes(h))) return undefined;
  const missing = pick(scene.marked, /(?:write|show|use|put|say|read|enter|with) ⟨v(\d+)⟩/);
  return { from: source.name, keyHere, keyThere, wanted, date, missing };
}
