import { expect, it } from "vitest";
import type { Lineage, TracedEdit } from "../../core/evolution.ts";
import type { SkillFile } from "../read-directory.ts";
import { skillHash } from "../read-skill.ts";
import { validateFiles } from "../validate-skill.ts";
import { applyEdits, applyPatch } from "./apply-edits.ts";
import { resolveBySupport } from "./find-conflicts.ts";
import { unpaired } from "./pair-edits.ts";
import type { Place } from "./place.ts";
import { type Random, randomEdit, randomFrom, randomPatch, randomSkill } from "./random-edits.fixture.ts";
import { resolveEdit } from "./resolve-edit.ts";
import { lineIndexAt, splitLines } from "./text-lines.ts";

/** Seed of the first skill; each skill gets so many edits and, from those, patches. Edits resolve once a skill, which is most of the work. */
const acceptance = process.env.T2S_ACCEPTANCE === "1";
const [first, skills, edits, patches] = [4100, acceptance ? 100 : 8, 40, 100];

/** What can be applied of a patch: resolved, without conflicts, paired. */
function settled(start: readonly SkillFile[], edits: readonly TracedEdit[]): TracedEdit[] {
  let left = edits.filter((edit) => resolveEdit(start, edit.edit).ok);
  for (;;) {
    const { kept } = resolveBySupport(start, left);
    const gone = new Set(unpaired(start, kept).map((one) => one.edit));
    if (gone.size === 0) return [...kept];
    left = left.filter((edit) => !gone.has(edit.id));
  }
}

function placesOf(start: readonly SkillFile[], edits: readonly TracedEdit[]): (Place & { readonly id: string })[] {
  return edits.flatMap((edit) => {
    const found = resolveEdit(start, edit.edit);
    return found.ok ? [{ ...found.place, id: edit.id }] : [];
  });
}

const textOf = (file: SkillFile): string => new TextDecoder("utf-8", { ignoreBOM: true }).decode(file.bytes);
const errors = (files: readonly SkillFile[]): string[] =>
  validateFiles(files, "my-skill")
    .filter((finding) => finding.severity === "error")
    .map((finding) => `${finding.file} ${finding.rule} ${finding.message}`);

/** Everything that must hold of a result; returns what does not. */
function violations(
  start: readonly SkillFile[],
  edits: readonly TracedEdit[],
  files: readonly SkillFile[],
  spans: Lineage["files"],
): string[] {
  const wrong: string[] = [];
  const places = placesOf(start, edits);
  for (const file of start.filter((one) => !one.path.endsWith(".md")))
    if (files.find((one) => one.path === file.path) !== file) wrong.push(`${file.path} changed`);
  for (const file of files) {
    if (!/^(?:SKILL\.md|LICENSE|scripts\/run\.py|references\/[\w.-]+\.md)$/.test(file.path)) wrong.push(`${file.path} came`);
    const own = spans.find((one) => one.path === file.path)?.spans ?? [];
    const lines = splitLines(textOf(file));
    const origin = own.flatMap((span) => Array.from({ length: span.to - span.from + 1 }, () => span.edit));
    if (own.some((span, i) => span.from !== (own[i - 1]?.to ?? 0) + 1 || span.edit === own[i - 1]?.edit) || origin.length !== lines.length)
      wrong.push(`${file.path}: spans do not cover ${lines.length} lines once`);

    const before = start.find((one) => one.path === file.path);
    const old = before === undefined ? [] : splitLines(textOf(before));
    const here = places.filter((place) => place.file === file.path);
    const touched = new Set(
      here
        .filter((place) => place.kind !== "insert" && old.length > 0)
        .flatMap((place) => {
          const [a, b] = [lineIndexAt(old, place.from), lineIndexAt(old, Math.max(place.from, place.to - 1))];
          return Array.from({ length: b - a + 1 }, (_, i) => a + i);
        }),
    );
    const isText = (text: string): boolean => text.trim() !== "";
    const kept = lines.filter((_, i) => origin[i] === null);
    const expected = old.filter((line, i) => !touched.has(i) && isText(line.text));
    const found = kept.filter((line) => isText(line.text));
    if (JSON.stringify(found.map((line) => line.text)) !== JSON.stringify(expected.map((line) => line.text)))
      wrong.push(`${file.path}: lines of S0 lost, changed or moved`);
    if (old.length > 0 && new Set(lines.map((line) => line.eol)).size > new Set(old.map((line) => line.eol)).size + 1)
      wrong.push(`${file.path}: line ends mixed`);
    for (const [i, line] of lines.entries())
      if (
        origin[i] !== null &&
        !isText(line.text) &&
        lines[i + 1] !== undefined &&
        (!isText(lines[i - 1]?.text ?? "") || (!isText(lines[i + 1]?.text ?? "") && origin[i + 1] !== null))
      )
        wrong.push(`${file.path}:${i + 1}: blank lines pile up`);
    for (const place of here.filter((one) => one.kind === "insert" && one.joins === null && !/^ /.test(one.text))) {
      const at = lines.findIndex((line, i) => origin[i] === place.id && isText(line.text));
      const end = lines.findLastIndex((line, i) => origin[i] === place.id && isText(line.text));
      if (at < 0) wrong.push(`${place.id} left no line`);
      if (at > 0 && isText(lines[at - 1]?.text ?? "")) wrong.push(`${place.id}: no blank line above`);
      if (end < lines.length - 1 && isText(lines[end + 1]?.text ?? "")) wrong.push(`${place.id}: no blank line below`);
    }
  }
  return wrong;
}

function shuffled<T>(random: Random, items: readonly T[]): T[] {
  const left = [...items];
  return items.map(() => left.splice(random.below(left.length), 1)[0]).filter((item) => item !== undefined);
}

it(`holds for ${skills * patches} random patches (T2S_ACCEPTANCE=1 tries 10,000)`, () => {
  const counts = { applied: 0, edits: 0, refused: 0, subsets: 0 };
  for (let n = 0; n < skills; n++) {
    const random = randomFrom(first + n);
    const start = randomSkill(random);
    const hash = skillHash(start);
    const known = errors(start);
    const pool = Array.from({ length: edits }, () => randomEdit(random, start));
    for (let p = 0; p < patches; p++) {
      const patch = randomPatch(random, pool);
      const label = (text: string): string =>
        `seed ${first + n}, patch ${p}: ${text}\n${JSON.stringify(
          patch.map(({ id, edit }) => ({ id, ...edit })),
          null,
          1,
        )}`;
      const good = settled(start, patch);
      const whole = applyEdits(start, patch);
      if (good.length < patch.length && whole.ok) throw new Error(label("applied although a part had to be withheld"));
      const result = whole.ok ? whole : applyEdits(start, good);
      if (!result.ok) throw new Error(label(`not applied: ${JSON.stringify(result.problems)}`));
      counts.edits += good.length;
      counts.refused += patch.length - good.length;
      if (good.length === 0) continue;
      counts.applied++;

      const wrong = violations(start, good, result.files, result.spans);
      if (wrong.length > 0) throw new Error(label(`${wrong.join("; ")}\n${result.files.map(textOf).join("\n----\n")}`));
      if (p % 20 === 0) {
        const left = [...known];
        const fresh = errors(result.files).filter((error) =>
          left.includes(error) ? left.splice(left.indexOf(error), 1).length === 0 : true,
        );
        if (fresh.length > 0) throw new Error(label(fresh.join("; ")));
        const again = applyEdits(start, shuffled(random, good));
        if (!again.ok || skillHash(again.files) !== skillHash(result.files) || JSON.stringify(again.spans) !== JSON.stringify(result.spans))
          throw new Error(label("order matters"));
        const some = settled(
          start,
          good.filter(() => random.chance(0.6)),
        );
        const part = applyEdits(start, some);
        if (!part.ok) throw new Error(label(`subset not applied: ${JSON.stringify(part.problems)}`));
        const off = violations(start, some, part.files, part.spans);
        if (off.length > 0) throw new Error(label(`subset: ${off.join("; ")}`));
        counts.subsets++;
      }
      if (applyPatch({ startHash: hash, edits: good }, { files: result.files, hash: skillHash(result.files) }).ok)
        throw new Error(label("applied twice"));
    }
    expect(skillHash(start)).toBe(hash);
  }
  // The generator must not have become harmless.
  expect(counts.applied).toBeGreaterThan(0.6 * skills * patches);
  expect(counts.edits).toBeGreaterThan(skills * patches);
  expect(counts.refused).toBeGreaterThan(0.5 * skills * patches);
}, 300_000);
