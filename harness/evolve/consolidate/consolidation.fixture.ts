/** Skills, patches and a whole consolidation for tests of stage 3. */
import type { Departure, SkillEdit, SkillPatch } from "../../core/evolution.ts";
import { evolutionPresets } from "../../core/evolution-presets.ts";
import type { SkillFile } from "../../skill/read-directory.ts";
import { skillHash } from "../../skill/read-skill.ts";
import { buildCoverage } from "../artifacts/build-coverage.ts";
import type { Author } from "../author.ts";
import { type Consolidation, type ConsolidationInput, consolidate } from "./consolidate.ts";

export const file = (path: string, text: string, mode = 0o644): SkillFile => ({ path, bytes: Buffer.from(text), mode });

export const skillText = `---
name: sheets
description: Work with spreadsheets.
---

# Sheets

Formulas: see [formulas](references/formulas.md).

## Reading

- Open the workbook.
- Look at every sheet.

## Writing

Usually keep formats.

Then save the file.

### Formulas

Write formulas with care.

## Checks

1. Open the result.
2. Compare it.
`;

/** S0: SKILL.md, one reference, a script. */
export const start: readonly SkillFile[] = [
  file("SKILL.md", skillText),
  file("references/formulas.md", "# Formulas\n\nExcel formulas begin with an equals sign.\n"),
  file("scripts/recalc.py", "print()\n", 0o755),
];

export const append = (target_section: string, content: string, path = "SKILL.md"): SkillEdit => ({
  op: "append_to_section",
  file: path,
  target_section,
  content,
});

export const idOf = (position: number): string => `p${String(position).padStart(3, "0")}`;

/** A patch at a position, of a task of its own, with one lesson an edit. */
export function patch(position: number, edits: readonly SkillEdit[], task = `task-${position}`): SkillPatch {
  const id = idOf(position);
  return {
    v: 1,
    id,
    task,
    episode: `episode-${position}`,
    source: position % 2 === 0 ? "error" : "success",
    analysis: "imported",
    lessons: edits.map((_, n) => ({ type: "failure-lesson", title: `Lesson ${n}`, description: "d", content: "c" })),
    reasoning: "because",
    edits: edits.map((edit, n) => ({ id: `${id}e${n + 1}`, edit, leaves: [`${id}e${n + 1}`], tasks: [task] })),
    lessonsOf: Object.fromEntries(edits.map((_, n) => [`${id}e${n + 1}`, [n]])),
    changelog: [],
    departures: [],
  };
}

type Settings = ConsolidationInput["settings"];

/** Runs a consolidation with the paper's settings unless told otherwise, and checks that everything is accounted for. */
export async function run(
  patches: readonly SkillPatch[],
  author: Author,
  settings: Partial<Settings> = {},
  input: Partial<ConsolidationInput> = {},
): Promise<Consolidation> {
  const files = input.start ?? start;
  const { signals: _, ...preset } = evolutionPresets["as-paper"];
  const consolidation = await consolidate({
    start: files,
    startHash: skillHash(files),
    patches,
    settings: { ...preset, ...settings },
    author,
    seed: 41,
    tasks: patches.length,
    ...input,
  });
  coverageOf(patches, consolidation);
  return consolidation;
}

/** Throws when any edit of any patch has no fate. */
export function coverageOf(patches: readonly SkillPatch[], consolidation: Consolidation) {
  return buildCoverage({
    episodes: patches.map(({ id, task, episode, source }) => ({ task, episode, source, state: "patched", patch: id })),
    patches,
    nodes: consolidation.mergeTree.nodes,
    made: consolidation.made,
    applied: consolidation.lineage.edits,
    departures: consolidation.departures,
  });
}

/** Why edits left, by id. */
export function reasons(departures: readonly Departure[]): Record<string, string> {
  return Object.fromEntries(departures.map(({ edit, reason }) => [edit, reason]));
}

/** Text of a file of the result. */
export function textOf({ files }: Pick<Consolidation, "files">, path = "SKILL.md"): string {
  const found = files.find((one) => one.path === path);
  if (found === undefined) throw new Error(`there is no ${path} but ${files.map((one) => one.path).join(", ")}`);
  return Buffer.from(found.bytes).toString();
}
