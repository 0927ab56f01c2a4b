import { readdir } from "node:fs/promises";
import { join } from "node:path";

/** Folder of one evolution with the names in its path. */
export interface EvolutionFolder {
  readonly arm: string;
  readonly seed: number;
  readonly dir: string;
}

/** Evolutions in an experiment's folder (`evolutions/<arm>/s<seed>`), by arm and seed; none is no mistake. */
export async function evolutionFolders(experimentDir: string): Promise<EvolutionFolder[]> {
  const root = join(experimentDir, "evolutions");
  const found: EvolutionFolder[] = [];
  for (const arm of await entriesOf(root))
    for (const name of await entriesOf(join(root, arm))) {
      const [, seed] = /^s(-?\d+)$/.exec(name) ?? [];
      if (seed !== undefined) found.push({ arm, seed: Number(seed), dir: join(root, arm, name) });
    }
  return found;
}

/** Names in a folder, in order, hidden ones left out; none when it is not there. */
export async function entriesOf(dir: string): Promise<string[]> {
  const names = await readdir(dir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return [];
    throw error;
  });
  return names.filter((name) => !name.startsWith(".")).sort();
}
