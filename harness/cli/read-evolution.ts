import { join } from "node:path";
import { StoreError, UsageError } from "../core/errors.ts";
import type { StoredEvolution } from "../report/merge-laboratory/merge-laboratory.ts";
import { entriesOf } from "../store/evolution-folders.ts";
import { readEvolutionRecords } from "../store/evolution-records.ts";

/** Evolution seeds of an arm that left a merge tree, in order. Throws UsageError, naming the arms there are, when it has none. */
export async function evolutionSeeds(experimentDir: string, arm: string): Promise<number[]> {
  const all = join(experimentDir, "evolutions");
  const seeds: number[] = [];
  const merged: string[] = [];
  for (const name of await entriesOf(all))
    for (const folder of await entriesOf(join(all, name))) {
      if (!(await entriesOf(join(all, name, folder))).includes("merge-tree.json")) continue;
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
  const anew = "run the experiment's config again to have it written anew, nothing measured is lost";
  const { patches, tree, coverage, lineage } = await readEvolutionRecords(dir, (what, cause) => {
    throw new StoreError(`${join(dir, what)}, nothing measured is lost`, { cause });
  });
  if (tree !== undefined && coverage !== undefined && lineage !== undefined)
    return { experiment, arm, seed, patches, tree, coverage, lineage };
  const missing = Object.entries({ "merge-tree.json": tree, "coverage.json": coverage, "lineage.json": lineage }).find(
    ([, one]) => one === undefined,
  );
  throw new StoreError(`${join(dir, missing?.[0] ?? "")} is missing; ${anew}`);
}
