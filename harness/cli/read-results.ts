import { join } from "node:path";
import { StoreError, UsageError } from "../core/errors.ts";
import type { LedgerEvolution } from "../core/ledger-rows.ts";
import type { LedgerEpisode } from "../core/record.ts";
import { requireExperiment } from "../experiment/experiment-names.ts";
import { type LockFile, readLockFile } from "../experiment/lock-file.ts";
import { type TableDesign, tableDesignSchema } from "../report/table-design.ts";
import { isMeasured, readLedgerBatches } from "../store/ledger.ts";

/** What an experiment left behind. */
export interface Results {
  readonly name: string;
  readonly dir: string;
  readonly lock: LockFile;
  readonly design: TableDesign;
  /** All episodes of the ledger, in its order. */
  readonly episodes: readonly LedgerEpisode[];
  /** Those that tables show. */
  readonly measured: readonly LedgerEpisode[];
  readonly learned: readonly LedgerEvolution[];
}

/** Reads an experiment's lock file and ledger. UsageError without such an experiment or without episodes, StoreError without lock file. */
export async function readResults(results: string, name: string): Promise<Results> {
  const dir = await requireExperiment(results, name);
  const lock = await readLockFile(dir);
  if (lock === undefined)
    throw new StoreError(`${dir} has no lock.json; run the experiment's config again to write it anew, nothing measured is lost`);
  const episodes: LedgerEpisode[] = [];
  const learned: LedgerEvolution[] = [];
  for await (const batch of readLedgerBatches(join(dir, "ledger.jsonl")))
    for (const row of batch) {
      if (row.type === "episode") episodes.push(row);
      else if (row.type === "evolution") learned.push(row);
    }
  const measured = episodes.filter(isMeasured);
  if (measured.length === 0)
    throw new UsageError(`${name} has no episodes in its ledger; run its config (again): what is in the store is taken from there`);
  return { name, dir, lock, design: tableDesignSchema.parse(lock.design), episodes, measured, learned };
}
