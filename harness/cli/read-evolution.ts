import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { z } from "zod";
import { StoreError, UsageError } from "../core/errors.ts";
import { coverageSchema, lineageSchema, mergeTreeSchema, skillPatchSchema } from "../core/evolution.ts";
import type { StoredEvolution } from "../report/merge-laboratory/merge-laboratory.ts";

/** Evolution seeds of an arm that left a merge tree, in order. Throws UsageError, naming the arms there are, when it has none. */
export async function evolutionSeeds(experimentDir: string, arm: string): Promise<number[]> {
  const all = join(experimentDir, "evolutions");
  const seeds: number[] = [];
  const merged: string[] = [];
  for (const name of await entries(all))
    for (const folder of await entries(join(all, name))) {
      if (!(await entries(join(all, name, folder))).includes("merge-tree.json")) continue;
      merged.push(name);
      if (name === arm) seeds.push(Number(folder.replace(/^s/, "")));
    }
  if (seeds.length === 0)
    throw new UsageError(
      `arm "${arm}" has no merge tree below ${all}; ${merged.length === 0 ? "no arm there was evolved by merging" : `choose one of ${[...new Set(merged)].join(", ")}`}`,
    );
  return seeds.sort((a, b) => a - b);
}

/** What one evolution left behind. Throws StoreError naming a file that is missing or not as it was written. */
export async function readEvolution(experimentDir: string, experiment: string, arm: string, seed: number): Promise<StoredEvolution> {
  const dir = join(experimentDir, "evolutions", arm, `s${seed}`);
  const read = async <S extends z.ZodType>(name: string, schema: S): Promise<z.output<S>> => {
    const path = join(dir, name);
    try {
      return schema.parse(JSON.parse(await readFile(path, "utf8")));
    } catch (cause) {
      throw new StoreError(
        `${path} is missing or damaged; run the experiment's config again to have it written anew, nothing measured is lost`,
        { cause },
      );
    }
  };
  const names = (await entries(join(dir, "patches"))).filter((name) => name.endsWith(".json"));
  const position = (name: string): number => Number(name.replace(/\D/g, ""));
  names.sort((a, b) => position(a) - position(b));
  return {
    experiment,
    arm,
    seed,
    patches: await Promise.all(names.map((name) => read(`patches/${name}`, skillPatchSchema))),
    tree: await read("merge-tree.json", mergeTreeSchema),
    coverage: await read("coverage.json", coverageSchema),
    lineage: await read("lineage.json", lineageSchema),
  };
}

async function entries(dir: string): Promise<string[]> {
  const names = await readdir(dir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return [];
    throw error;
  });
  return names.sort();
}
