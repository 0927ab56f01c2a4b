import { join } from "node:path";
import { StoreError } from "../../core/errors.ts";
import type { EvolutionFolder } from "../../store/evolution-folders.ts";
import { type OnDamage, readAnalyses, readEvolutionRecords } from "../../store/evolution-records.ts";
import type { TidyRow } from "./columns.ts";

/** One row a lesson; one for an analysis without lessons. */
export async function* lessonRows(experiment: string, { arm, seed, dir }: EvolutionFolder): AsyncGenerator<TidyRow> {
  for (const { task, episode, source, state, why, key, lessons } of await readAnalyses(dir, refuse(dir))) {
    const base = { experiment, arm, evolution_seed: seed, task, episode, source, analysis: key, analysis_state: state, why };
    if (lessons.length === 0) yield base;
    for (const [lesson, { type, relation, title, description, content }] of lessons.entries())
      yield { ...base, lesson, type, relation, title, description, content };
  }
}

/** One row an edit as it was proposed, with what became of it. */
export async function* editRows(experiment: string, { arm, seed, dir }: EvolutionFolder): AsyncGenerator<TidyRow> {
  const { coverage, lineage, patches } = await readEvolutionRecords(dir, refuse(dir));
  const support = new Map(lineage?.edits.map((edit) => [edit.id, edit.tasks.length]));
  const appliedAs = new Map(lineage?.edits.flatMap((edit) => edit.leaves.map((leaf) => [leaf, edit.id] as const)));
  const departures = new Map(coverage?.departures.map((one) => [one.edit, one]));
  const titles = new Map<string, string[]>();
  const patchOf = new Map<string, string>();
  for (const lesson of coverage?.lessons ?? [])
    for (const one of lesson.edits) {
      titles.set(one.edit, [...(titles.get(one.edit) ?? []), lesson.title]);
      patchOf.set(one.edit, lesson.patch);
      if (one.appliedAs !== null) appliedAs.set(one.edit, one.appliedAs);
      if (one.departure !== null) departures.set(one.edit, one.departure);
    }
  const fateOf = (edit: string): TidyRow => {
    const applied = appliedAs.get(edit);
    const departure = departures.get(edit);
    return {
      lessons: titles.get(edit)?.join(" | "),
      applied_as: applied,
      support: applied === undefined ? undefined : support.get(applied),
      departure_stage: departure?.stage,
      departure_reason: departure?.reason,
      departure_note: departure?.note,
      in_favour_of: departure?.inFavourOf,
    };
  };
  const told = new Set<string>();
  const base = { experiment, arm, evolution_seed: seed };
  for (const { id: patch, task, episode, source, edits } of patches)
    for (const { id, edit } of edits) {
      told.add(id);
      const at = "target_section" in edit ? edit.target_section : undefined;
      const content = "content" in edit ? edit.content : undefined;
      yield {
        ...base,
        patch,
        edit: id,
        task,
        episode,
        source,
        op: edit.op,
        file: edit.file,
        target_section: at,
        content,
        ...fateOf(id),
      };
    }
  for (const id of [...patchOf.keys()].filter((one) => !told.has(one))) yield { ...base, patch: patchOf.get(id), edit: id, ...fateOf(id) };
}

/** Nothing can be said of what an evolution left when a part of it is damaged. */
function refuse(dir: string): OnDamage {
  return (what, cause) => {
    throw new StoreError(`${join(dir, what)}, nothing learned is lost`, { cause });
  };
}
