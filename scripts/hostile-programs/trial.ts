import { join } from "node:path";
import { type Finished, t2s } from "../../harness/cli/run-t2s.fixture.ts";
import type { LedgerRow } from "../../harness/core/ledger-rows.ts";
import type { LedgerEpisode } from "../../harness/core/record.ts";
import { readLedger } from "../../harness/store/ledger.ts";
import { compareContent } from "../run-content.ts";

/** Checks over variants of the quickstart, each a line; all results lie below one folder. */
export interface Trial {
  at(...names: readonly string[]): string;
  check(good: boolean, what: string): void;
  equal(what: string, one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): void;
  missed(): number;
  /** The quickstart with overrides, in a results folder of its own. */
  run(results: string, values: readonly string[], ...more: readonly string[]): Promise<Finished>;
  rowsOf(results: string, name: string): Promise<LedgerRow[]>;
}

export function openTrial(home: string): Trial {
  let missed = 0;
  const at = (...names: readonly string[]): string => join(home, ...names);
  return {
    at,
    missed: () => missed,
    check(good, what) {
      console.log(`${good ? "ok  " : "MISS"} ${what}`);
      if (!good) missed += 1;
    },
    equal(what, one, other) {
      if (compareContent(what, one, other) > 0) missed += 1;
    },
    run: (results, values, ...more) =>
      t2s(["run", "quickstart", "--results", at(results), "--json", ...values.flatMap((value) => ["--set", value]), ...more]),
    async rowsOf(results, name) {
      const rows: LedgerRow[] = [];
      for await (const row of readLedger(at(results, name, "ledger.jsonl"))) rows.push(row);
      return rows;
    },
  };
}

export const episodesIn = (rows: readonly LedgerRow[]): LedgerEpisode[] => rows.flatMap((row) => (row.type === "episode" ? [row] : []));

const steps = "harness/evolve/program/stand-ins";
/** Overrides that put the stand-ins in the place of our own steps. */
export const analyst = `evolution.analyst={ command: [python3, analyst.py], files: ${steps}/analyst, max_calls: 4 }`;
export const merge = `evolution.merge={ command: [python3, merge.py], files: ${steps}/merge, batch_size: 8 }`;
