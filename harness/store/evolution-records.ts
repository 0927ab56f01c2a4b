import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { z } from "zod";
import {
  analysesLineSchema,
  type Coverage,
  coverageSchema,
  type Lineage,
  lineageSchema,
  type MergeTree,
  mergeTreeSchema,
  type SkillPatch,
  skillPatchSchema,
} from "../core/evolution.ts";
import { entriesOf } from "./evolution-folders.ts";

/** A record that is there and cannot be used; `what` begins with its name below the folder and says what is wrong. */
export type OnDamage = (what: string, cause?: unknown) => void;

/** What an evolution left in its folder; undefined for what it did not leave, or what `onDamage` was told of. */
export interface EvolutionRecords {
  readonly lineage?: Lineage;
  readonly coverage?: Coverage;
  readonly tree?: MergeTree;
  /** By position in the plan. */
  readonly patches: readonly SkillPatch[];
}

/** Reads the folder of one evolution. `onDamage` may throw, where nothing is to be made of a part. */
export async function readEvolutionRecords(dir: string, onDamage: OnDamage): Promise<EvolutionRecords> {
  const read = <T>(name: string, schema: z.ZodType<T>): Promise<T | undefined> => readRecord(dir, name, schema, onDamage);
  const names = (await entriesOf(join(dir, "patches"))).filter((name) => name.endsWith(".json"));
  const position = (name: string): number => Number(name.replace(/\D/g, ""));
  names.sort((a, b) => position(a) - position(b));
  const patches: SkillPatch[] = [];
  for (const name of names) {
    const patch = await read(`patches/${name}`, skillPatchSchema);
    if (patch !== undefined) patches.push(patch);
  }
  return {
    lineage: await read("lineage.json", lineageSchema),
    coverage: await read("coverage.json", coverageSchema),
    tree: await read("merge-tree.json", mergeTreeSchema),
    patches,
  };
}

/** The analyses of one evolution, a line of `analyses.jsonl` each; damaged lines are told and left out. */
export async function readAnalyses(dir: string, onDamage: OnDamage): Promise<z.infer<typeof analysesLineSchema>[]> {
  const name = "analyses.jsonl";
  const lines = ((await readText(dir, name, onDamage)) ?? "").split("\n");
  return lines.flatMap((line, i) => (line === "" ? [] : (parse(line, analysesLineSchema, `${name} line ${i + 1}`, onDamage) ?? [])));
}

/** One JSON file below a folder; undefined when it is not there, or damaged. */
export async function readRecord<T>(dir: string, name: string, schema: z.ZodType<T>, onDamage: OnDamage): Promise<T | undefined> {
  const text = await readText(dir, name, onDamage);
  return text === undefined ? undefined : parse(text, schema, name, onDamage);
}

async function readText(dir: string, name: string, onDamage: OnDamage): Promise<string | undefined> {
  return await readFile(join(dir, name), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT" && error.code !== "ENOTDIR") onDamage(`${name} cannot be read (${error.code})`, error);
    return undefined;
  });
}

function parse<T>(text: string, schema: z.ZodType<T>, name: string, onDamage: OnDamage): T | undefined {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    onDamage(`${name} is damaged; run the experiment's config again to write it anew`, cause);
    return undefined;
  }
}
