/** Whatever mergers do, no edit is lost without a reason. */
import { expect, it } from "vitest";
import type { SkillEdit } from "../../core/evolution.ts";
import { hashJson, type Json } from "../../core/json.ts";
import { jsonSchema } from "../../core/record.ts";
import { validateFiles } from "../../skill/validate-skill.ts";
import { leafFates } from "../artifacts/build-coverage.ts";
import { append, patch, run, start } from "./consolidation.fixture.ts";
import { type Asked, block, patchesIn, type Said, scriptedAuthor } from "./scripted-author.fixture.ts";

/** Numbers from a seed: the n-th call gives the same in every run. */
function dice(seed: string): (sides: number) => number {
  let n = 0;
  return (sides) => Number.parseInt(hashJson([seed, n++]).slice(0, 8), 16) % sides;
}

function randomEdits(roll: (sides: number) => number): SkillEdit[] {
  const one = (): SkillEdit[] => {
    const k = roll(6);
    switch (roll(10)) {
      case 0:
        return [
          { op: "create", file: `references/r${k}.md`, content: `# R${k}\n\nText ${roll(3)}.\n` },
          append("## Reading", `- Read [r](references/r${k}.md) when ${k}.`),
        ];
      case 1:
        return [{ op: "replace_in_section", file: "SKILL.md", old_text: "Usually keep formats.", content: `Formats ${roll(3)}.` }];
      case 2:
        return [{ op: "delete_section", file: "SKILL.md", target_section: "### Formulas" }];
      case 3:
        return [append("### Formulas", `Formula ${k}.`)];
      case 4:
        return [
          { op: "add_section", file: "SKILL.md", target_section: `## New ${k}`, after_section: "## Writing", content: `Body ${roll(3)}.` },
        ];
      case 5:
        return [
          {
            op: "insert_after",
            file: "SKILL.md",
            target_text: roll(2) === 0 ? "Open the workbook." : "Nowhere to be found.",
            content: `- Line ${k}.`,
          },
        ];
      case 6:
        return [append("# Formulas", `Mind ${k}.`, "references/formulas.md")];
      case 7:
        return [append("## Reading", `- See [x](references/missing${k}.md).`)];
      case 8:
        return [{ op: "delete_file", file: "references/formulas.md" }];
      default:
        return [append("## Checks", `- Check ${k}.`)];
    }
  };
  return Array.from({ length: 1 + roll(3) }, one).flat();
}

/** Keeps, joins, drops, forgets, invents, duplicates, or says nothing. */
function wildMerge(asked: Asked, seed: number): Said {
  const roll = dice(`${seed} ${asked.user} ${asked.problems.length}`);
  const mood = roll(10);
  if (mood === 0) return { outcome: "silent" };
  if (mood === 1) return { outcome: "too-long" };
  const shown = patchesIn(asked.user).flatMap(({ edits }) => edits);
  const edits: Json[] = [];
  const dropped: Json[] = [];
  for (const { id, support: _, ...rest } of shown) {
    const choice = roll(12);
    if (choice === 0) dropped.push({ id, reason: "no use" });
    else if (choice === 1) continue;
    else if (choice === 2 && mood === 2) edits.push(jsonSchema.parse({ ...rest, from: [`${id}x`] }));
    else if (choice === 3 && mood === 3) edits.push(jsonSchema.parse({ ...rest, from: [id] }), jsonSchema.parse({ ...rest, from: [id] }));
    else if (choice === 4)
      edits.push(jsonSchema.parse({ ...rest, from: [id] }), {
        op: "append_to_section",
        file: "SKILL.md",
        target_section: "## Checks",
        content: `- From ${id}.`,
        from: [id],
      });
    else edits.push(jsonSchema.parse({ ...rest, from: [id] }));
  }
  return { reasoning: "wild", edits, dropped };
}

const wildMergers = process.env.T2S_ACCEPTANCE === "1" ? 48 : 6;
it.each(Array.from({ length: wildMergers }, (_, seed) => seed))("accounts for every edit of every patch (%i)", async (seed) => {
  const roll = dice(`patches ${seed}`);
  const patches = Array.from({ length: 3 + roll(14) }, (_, n) => patch(n, randomEdits(roll), `task-${roll(9)}`));
  const author = scriptedAuthor((asked) => {
    if (asked.form === "merge") return wildMerge(asked, seed);
    if (asked.form === "translate")
      return roll(2) === 0
        ? { outcome: "silent" }
        : { edit: { ...JSON.parse(block(asked.user, "edit")), target_text: "Open the workbook." } };
    return { outcome: "silent" };
  });
  const result = await run(patches, author, {
    merge: {
      batch_size: 2 + (seed % 4),
      max_levels: 1 + (seed % 3),
      grouping: (["task-order", "shuffle", "section", "similarity"] as const)[seed % 4] ?? "task-order",
      leftovers: seed % 2 === 0 ? "balanced" : "as-released",
    },
    prevalence: { min_support: 1 + (seed % 3), below: (["references", "drop", "keep"] as const)[seed % 3] ?? "keep" },
    conflicts: seed % 2 === 0 ? "support" : "synthesis",
    sizes: { skill_lines: seed % 5 === 0 ? 40 : 500, reference_lines: seed % 4 === 0 ? 20 : 300, references: 1 + (seed % 5) },
  });
  const fates = leafFates({
    patches,
    nodes: result.mergeTree.nodes,
    made: result.made,
    applied: result.lineage.edits,
    departures: result.departures,
  });
  const leaves = patches.flatMap(({ edits }) => edits.map(({ id }) => id));
  expect([...fates.keys()].sort()).toEqual([...leaves].sort());
  const taskOf = new Map(patches.flatMap(({ edits, task }) => edits.map(({ id }) => [id, task])));
  for (const { appliedAs, departure } of fates.values()) expect((appliedAs === null) !== (departure === null)).toBe(true);
  for (const edit of result.lineage.edits) {
    expect(edit.leaves.every((leaf) => taskOf.has(leaf))).toBe(true);
    expect(edit.tasks).toEqual([...new Set(edit.leaves.map((leaf) => taskOf.get(leaf)))].sort());
  }
  // Every line of the result is S0's or belongs to an applied edit, and the result is sound.
  const applied = new Set(result.lineage.edits.map(({ id }) => id));
  for (const { spans } of result.lineage.files) {
    for (const { edit } of spans) expect(edit === null || applied.has(edit)).toBe(true);
    expect(spans.map(({ from }) => from)).toEqual([1, ...spans.slice(0, -1).map(({ to }) => to + 1)]);
  }
  const errors = validateFiles(result.files, "sheets").filter(({ severity }) => severity === "error");
  expect(errors).toEqual(validateFiles(start, "sheets").filter(({ severity }) => severity === "error"));
});
