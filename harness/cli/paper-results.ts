import { join } from "node:path";
import { UsageError } from "../core/errors.ts";
import type { LedgerEpisode } from "../core/record.ts";
import { experimentNames } from "../experiment/experiment-names.ts";
import { readLockFile } from "../experiment/lock-file.ts";
import { buildTables } from "../report/build-tables.ts";
import { type ColumnOf, cellColumns } from "../report/cell-columns.ts";
import { buildPaperTable } from "../report/paper/build-paper-table.ts";
import { joinDesigns } from "../report/paper/join-designs.ts";
import type { PaperDesign } from "../report/paper/paper-design.ts";
import type { ReferenceRun } from "../report/paper/paper-notes.ts";
import type { PaperTable } from "../report/paper/paper-table.ts";
import { type CardDifference, compareCards, differenceText } from "../report/protocol/compare-cards.ts";
import type { ResultTable } from "../report/result-table.ts";
import { readStored, type StoredExperiment } from "./stored-experiment.ts";

/** A published table with the numbers of one or more experiments beside it. */
export interface PaperResults {
  readonly table: PaperTable;
  readonly stored: readonly StoredExperiment[];
  /** The experiments' own tables by the primary scorers. */
  readonly tables: readonly ResultTable[];
}

/**
 * Puts experiments of a results folder beside the published table they name. Several are joined only under equal protocol cards; with `acrossProtocols` they are joined all
 * the same and every field that differs is a note. Throws UsageError for experiments without a published table, and for unequal cards, field by field.
 */
export async function readPaperResults(
  results: string,
  names: readonly string[],
  options: { readonly acrossProtocols?: boolean } = {},
): Promise<PaperResults> {
  const stored: StoredExperiment[] = [];
  for (const name of names) stored.push(await readStored(results, name));
  const designs = stored.map(({ name, design: { paper } }): PaperDesign => {
    if (paper === undefined)
      throw new UsageError(
        `${name} stands beside no published table; give its config a key paper (configs/experiments/README.md) and run it again`,
      );
    return paper;
  });
  const [first, ...rest] = designs;
  if (first === undefined) throw new UsageError("name at least one experiment");
  const differences = differencesBetween(stored);
  const refused = differences.filter(({ weight }) => weight === "protocol");
  if (refused.length > 0 && options.acrossProtocols !== true)
    throw new UsageError(
      [
        `the experiments were not made under one protocol, so their numbers are not put into one table; --across-protocols does so and says where they differ:`,
        ...refused.map((one) => `  ${differenceText(one)}`),
      ].join("\n"),
    );
  const tables = stored.flatMap(({ measured, design }) => buildTables(measured, design).filter(({ primary }) => primary));
  const design = joinDesigns([first, ...rest]);
  const cards = stored.flatMap(({ lock }) => lock.protocol ?? []);
  const columns = stored.map((one) => cellColumns(one.measured, one.design));
  const columnOf: ColumnOf = (cell) => columns.map((of) => of(cell)).find((column) => column !== undefined);
  const built = buildPaperTable(design, tables, { cards, references: await referenceRuns(results, design), columnOf });
  const flags = differences.map((one) => `The experiments differ in ${differenceText(one)}.`);
  return { table: { ...built, notes: [...flags, ...built.notes] }, stored, tables };
}

/** Every field in which a later experiment's card differs from the first one's, each once. */
function differencesBetween(stored: readonly StoredExperiment[]): readonly CardDifference[] {
  const [first, ...others] = stored;
  const found = others.flatMap(({ name, lock }): readonly CardDifference[] => {
    if (first?.lock.protocol === undefined || lock.protocol === undefined)
      return [{ field: `protocol card (${name})`, left: cardWord(first), right: cardWord({ lock }), weight: "protocol" }];
    return compareCards(first.lock.protocol, lock.protocol);
  });
  return [...new Map(found.map((one) => [differenceText(one), one])).values()];
}

const cardWord = (one: Pick<StoredExperiment, "lock"> | undefined): string =>
  one?.lock.protocol === undefined ? "none (run it again to have one written)" : "there";

/** What oracle and nop arms of any experiment of the folder scored on the splits of a table, where every task was done. */
async function referenceRuns(results: string, { columns }: PaperDesign): Promise<readonly ReferenceRun[]> {
  const runs: ReferenceRun[] = [];
  for (const experiment of await experimentNames(results)) {
    const lock = await readLockFile(join(results, experiment));
    const arms = new Map(
      lock?.card.arms.flatMap(({ name, agent }) => (agent === "oracle" || agent === "nop" ? [[name, agent] as const] : [])),
    );
    const places = lock?.card.benchmarks.filter((b) => columns.some((c) => c.benchmark === b.id && c.split === b.split)) ?? [];
    if (arms.size === 0 || places.length === 0) continue;
    const measured = await readStored(results, experiment).then(
      (stored) => stored.measured,
      (error: unknown) => {
        if (error instanceof UsageError) return []; // nothing measured yet
        throw error;
      },
    );
    for (const { id, split, tasks, primary } of places)
      for (const [name, agent] of arms) {
        const rows = measured.filter((row) => row.arm === name && row.benchmark === id && row.split === split);
        const passed = rows.filter((row) => passes(row, primary)).length;
        if (rows.length === tasks) runs.push({ experiment, agent, benchmark: id, split, tasks, passed });
      }
  }
  return runs;
}

const passes = (row: LedgerEpisode, scorer: string): boolean =>
  row.outcomes.some(({ outcome }) => outcome.state === "graded" && outcome.score.scorer === scorer && outcome.score.passed);
