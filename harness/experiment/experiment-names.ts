import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { UsageError } from "../core/errors.ts";

/** Names of the experiments in a results folder, in order; empty when there is no such folder. */
export async function experimentNames(resultsDir: string): Promise<string[]> {
  const entries = await readdir(resultsDir, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  const names: string[] = [];
  for (const entry of entries) {
    if (!entry.isDirectory() || entry.name.startsWith(".")) continue;
    if ((await readdir(join(resultsDir, entry.name))).includes("lock.json")) names.push(entry.name);
  }
  return names.sort();
}

/** Refuses, with the names there are, an experiment that has no results. */
export async function requireExperiment(resultsDir: string, name: string): Promise<string> {
  const names = await experimentNames(resultsDir);
  if (!names.includes(name))
    throw new UsageError(
      `${resultsDir} has no experiment "${name}"; ${names.length === 0 ? "run one first, for example `t2s run quickstart`" : `it has ${names.join(", ")}`}`,
    );
  return join(resultsDir, name);
}
