import { join } from "node:path";
import { StoreError, UsageError } from "../core/errors.ts";
import type { LedgerEvolution, LedgerRow } from "../core/ledger-rows.ts";
import type { LedgerEpisode } from "../core/record.ts";
import { requireExperiment } from "../experiment/experiment-names.ts";
import { type LockFile, readLockFile } from "../experiment/lock-file.ts";
import { type TableDesign, tableDesignSchema } from "../report/table-design.ts";
import { isMeasured, readLedgerBatches } from "../store/ledger.ts";

/** An experiment as its folder has it. */
export interface StoredExperiment {
  readonly name: string;
  readonly dir: string;
  readonly lock: LockFile;
  readonly design: TableDesign;
  /** Episodes the tables show. */
  readonly measured: readonly LedgerEpisode[];
  /** Everything else: what skills were learned from, and how. */
  readonly learned: readonly LedgerRow[];
}

/** What was learned, of the rows that say what it was learned from, too. */
export const evolutionsOf = ({ learned }: Pick<StoredExperiment, "learned">): LedgerEvolution[] =>
  learned.flatMap((row) => (row.type === "evolution" ? [row] : []));

/** Reads lock file and ledger. Throws UsageError for a name that is not there or has no episodes, StoreError for damaged files. */
export async function readStored(results: string, name: string): Promise<StoredExperiment> {
  const dir = await requireExperiment(results, name);
  const lock = await readLockFile(dir);
  if (lock === undefined)
    throw new StoreError(`${dir} has no lock.json; run the experiment's config again to write it anew, nothing measured is lost`);
  const measured = new Map<string, LedgerEpisode>();
  const learned: LedgerRow[] = [];
  for await (const batch of readLedgerBatches(join(dir, "ledger.jsonl")))
    for (const row of batch) {
      // A later row of a slot replaces an earlier one.
      if (isMeasured(row)) measured.set(JSON.stringify([row.arm, row.solver, row.benchmark, row.split, row.task, row.rep]), row);
      else learned.push(row);
    }
  if (measured.size === 0)
    throw new UsageError(`${name} has no episodes in its ledger; run its config (again): what is in the store is taken from there`);
  const design = tableDesignSchema.safeParse(lock.design);
  if (!design.success)
    throw new StoreError(
      `the design in ${join(dir, "lock.json")} is damaged or of another version; run the experiment's config again, nothing measured is lost`,
    );
  return { name, dir, lock, design: design.data, measured: [...measured.values()], learned };
}

/** The name of an arm of an experiment. Throws UsageError, with the names there are, for another one. */
export function requireArm({ name, lock }: StoredExperiment, arm: string): string {
  const names = [...new Set(lock.card.arms.map((one) => one.name))];
  if (!names.includes(arm)) throw new UsageError(`experiment ${name} has no arm "${arm}"; it has ${names.join(", ")}`);
  return arm;
}
