import { join } from "node:path";
import type { LedgerAnalysis } from "../core/ledger-rows.ts";
import type { LedgerEpisode } from "../core/record.ts";
import { experimentNames, requireExperiment } from "../experiment/experiment-names.ts";
import { readLedger } from "../store/ledger.ts";

/** Ledger rows of analyses whose key begins with `wanted` (at least four digits), each once. */
export async function findAnalyses(resultsDir: string, wanted: string, experiment: string | undefined): Promise<LedgerAnalysis[]> {
  const found = new Map<string, LedgerAnalysis>();
  if (wanted.length < 4) return [];
  for (const name of experiment === undefined ? await experimentNames(resultsDir) : [experiment])
    for await (const row of readLedger(join(resultsDir, name, "ledger.jsonl")))
      if (row.type === "analysis" && row.key.startsWith(wanted)) found.set(row.key, row);
  return [...found.values()];
}

/** Finds ledger rows by the beginning of their key (at least four digits) or by task id, over one or all experiments. */
export async function findEpisodes(
  resultsDir: string,
  wanted: string,
  experiment: string | undefined,
): Promise<{ experiment: string; row: LedgerEpisode }[]> {
  if (experiment !== undefined) await requireExperiment(resultsDir, experiment);
  const found: { experiment: string; row: LedgerEpisode }[] = [];
  for (const name of experiment === undefined ? await experimentNames(resultsDir) : [experiment]) {
    for await (const row of readLedger(join(resultsDir, name, "ledger.jsonl"))) {
      if (row.type !== "episode") continue;
      if ((wanted.length >= 4 && row.key.startsWith(wanted)) || row.task === wanted) found.push({ experiment: name, row });
    }
  }
  return found;
}
