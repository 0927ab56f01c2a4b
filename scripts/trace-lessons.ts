/** What became of the lessons that the simulated world plants, stage by stage. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { spreadsheetbench } from "../benchmarks/spreadsheetbench/index.ts";
import { lineageSchema, mergeTreeSchema, skillPatchSchema } from "../harness/core/evolution.ts";
import { plantedLessonsIn } from "../harness/simulation/planted-lessons.ts";

export const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

const { world } = spreadsheetbench;
const systematic = world.traps.filter(({ prevalence }) => prevalence === "systematic").map(({ lesson }) => lesson.id);

/** Planted lessons in texts, and how many of the texts teach one. */
function planted(texts: readonly string[]): { readonly lessons: ReadonlySet<string>; readonly precision: number } {
  const each = texts.map((text) => [...plantedLessonsIn(world, text).keys()]);
  return {
    lessons: new Set(each.flat()),
    precision: texts.length === 0 ? 1 : each.filter((found) => found.length > 0).length / texts.length,
  };
}

/** Prints recall and precision of planted lessons after every stage of the evolution in a folder; gives the systematic ones that three tasks and more proposed, and what the skill teaches in the end. */
export async function traceLessons(
  arm: string,
  dir: string,
): Promise<{ readonly often: readonly string[]; readonly applied: ReadonlySet<string> }> {
  const json = async (name: string): Promise<unknown> => JSON.parse(await readFile(join(dir, name), "utf8"));
  const patches = await Promise.all(
    (await readdir(join(dir, "patches"))).sort().map(async (name) => skillPatchSchema.parse(await json(`patches/${name}`))),
  );
  const tree = mergeTreeSchema.parse(await json("merge-tree.json"));
  const lineage = lineageSchema.parse(await json("lineage.json"));
  const text = (edits: readonly { readonly edit: object }[]): string[] =>
    edits.map(({ edit }) => ("content" in edit ? String(edit.content) : ""));
  const last = Math.max(0, ...tree.nodes.map(({ level }) => level));
  const stages = {
    // A cause says what went wrong, not what to do: nothing in it is there to survive.
    diagnosed: planted(
      patches.flatMap(({ lessons }) =>
        lessons.filter(({ type }) => type !== "failure-cause").map((lesson) => `- ${lesson.title}. ${lesson.content}`),
      ),
    ),
    patched: planted(patches.flatMap(({ edits }) => text(edits))),
    merged: planted(text(tree.nodes.filter(({ level }) => level === last).flatMap(({ edits }) => edits))),
    applied: planted(text(lineage.edits)),
    "in SKILL.md": planted(text(lineage.edits.filter(({ edit }) => edit.file === "SKILL.md"))),
  };
  const known = stages.diagnosed.lessons;
  for (const [stage, { lessons, precision }] of Object.entries(stages)) {
    const recall = [...known].filter((id) => lessons.has(id)).length;
    console.log(
      `  ${arm} ${stage}: ${recall} of ${known.size} diagnosed lessons, ${systematic.filter((id) => lessons.has(id)).length} of ${systematic.length} systematic; ${percent(precision)} of texts teach one`,
    );
  }
  const tasksWith = (id: string): number =>
    new Set(patches.filter(({ edits }) => planted(text(edits)).lessons.has(id)).map(({ task }) => task)).size;
  return { often: systematic.filter((id) => tasksWith(id) >= 3), applied: stages.applied.lessons };
}
