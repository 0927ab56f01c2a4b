import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { z } from "zod";
import { StoreError } from "../../core/errors.ts";
import { analysesLineSchema, coverageSchema, lineageSchema, skillPatchSchema } from "../../core/evolution.ts";
import { type EvolutionFolder, entriesOf } from "../../store/evolution-folders.ts";
import type { TidyRow } from "./columns.ts";

/** One row a lesson; one for an analysis without lessons. */
export async function* lessonRows(experiment: string, { arm, seed, dir }: EvolutionFolder): AsyncGenerator<TidyRow> {
  const path = join(dir, "analyses.jsonl");
  const text = await readIfThere(path);
  for (const [i, line] of (text ?? "").split("\n").entries()) {
    if (line === "") continue;
    const { task, episode, source, state, why, key, lessons } = parse(analysesLineSchema, line, `${path} line ${i + 1}`);
    const base = { experiment, arm, evolution_seed: seed, task, episode, source, analysis: key, analysis_state: state, why };
    if (lessons.length === 0) yield base;
    for (const [lesson, { type, relation, title, description, content }] of lessons.entries())
      yield { ...base, lesson, type, relation, title, description, content };
  }
}

/** One row an edit as it was proposed, with what became of it. */
export async function* editRows(experiment: string, { arm, seed, dir }: EvolutionFolder): AsyncGenerator<TidyRow> {
  const coverage = await readRecord(join(dir, "coverage.json"), coverageSchema);
  const lineage = await readRecord(join(dir, "lineage.json"), lineageSchema);
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
  for (const name of (await entriesOf(join(dir, "patches"))).filter((one) => one.endsWith(".json"))) {
    const patch = await readRecord(join(dir, "patches", name), skillPatchSchema);
    for (const { id, edit } of patch?.edits ?? []) {
      told.add(id);
      const at = "target_section" in edit ? edit.target_section : undefined;
      const content = "content" in edit ? edit.content : undefined;
      const { task, episode, source } = patch ?? {};
      yield {
        ...base,
        patch: patch?.id,
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
  }
  for (const id of [...patchOf.keys()].filter((one) => !told.has(one))) yield { ...base, patch: patchOf.get(id), edit: id, ...fateOf(id) };
}

async function readIfThere(path: string): Promise<string | undefined> {
  return await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
}

async function readRecord<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const text = await readIfThere(path);
  return text === undefined ? undefined : parse(schema, text, path);
}

function parse<T>(schema: z.ZodType<T>, text: string, place: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new StoreError(`${place} is damaged; run the experiment's config again to write it anew, nothing learned is lost`, { cause });
  }
}
