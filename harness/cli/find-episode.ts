import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { UsageError } from "../core/errors.ts";
import type { LedgerEpisode } from "../core/record.ts";
import { readLedger } from "../store/ledger.ts";

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

/** Finds ledger rows by the beginning of their key (at least four digits) or by task id, over one or all experiments. */
export async function findEpisodes(
  resultsDir: string,
  wanted: string,
  experiment: string | undefined,
): Promise<{ experiment: string; row: LedgerEpisode }[]> {
  const found: { experiment: string; row: LedgerEpisode }[] = [];
  for (const name of experiment === undefined ? await experimentNames(resultsDir) : [experiment]) {
    for await (const row of readLedger(join(resultsDir, name, "ledger.jsonl"))) {
      if ((wanted.length >= 4 && row.key.startsWith(wanted)) || row.task === wanted) found.push({ experiment: name, row });
    }
  }
  return found;
}
