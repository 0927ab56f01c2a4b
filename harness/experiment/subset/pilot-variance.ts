import { join } from "node:path";
import { StoreError, UsageError } from "../../core/errors.ts";
import type { LedgerEpisode } from "../../core/record.ts";
import { type PairedVariance, pairedVariance } from "../../stats/minimum-detectable.ts";
import { readMeasured } from "../../store/ledger.ts";
import { requireExperiment } from "../experiment-names.ts";
import { readLockFile } from "../lock-file.ts";

/**
 * How far paired differences spread in an earlier experiment, for one scorer of a benchmark: the widest of its contrasts (without any, of all pairs of its arms), solver by
 * solver. `whole`: differences of clusters, else of tasks. Throws UsageError when that experiment has nothing to go by.
 */
export async function pilotVariance(
  resultsDir: string,
  name: string,
  wanted: { readonly benchmark: string; readonly scorer: string; readonly whole: boolean; readonly repetitions: number },
): Promise<PairedVariance> {
  const dir = await requireExperiment(resultsDir, name);
  const lock = await readLockFile(dir);
  if (lock === undefined) throw new StoreError(`${dir} has no lock.json; run that experiment's config again to write it anew`);
  const columns = new Map<string, Map<string, Map<string, number[]>>>();
  for await (const rows of readMeasured(join(dir, "ledger.jsonl"))) for (const row of rows) collect(columns, row, wanted);
  const { contrasts, baseline } = lock.spec;
  const arms = [...new Set([...columns.keys()].map((key) => key.split("\u0000")[0] ?? ""))];
  const pairs =
    contrasts ?? arms.flatMap((arm, i) => (baseline === undefined ? arms.slice(i + 1).map((other) => [arm, other]) : [[arm, baseline]]));
  const solvers = [...new Set([...columns.keys()].map((key) => key.split("\u0000")[1] ?? ""))];
  let widest: PairedVariance | undefined;
  for (const solver of solvers)
    for (const [a, b] of pairs) {
      const left = columns.get(`${a}\u0000${solver}`);
      const right = columns.get(`${b}\u0000${solver}`);
      if (a === b || left === undefined || right === undefined) continue;
      const found = spread(left, right);
      const size = (variance: PairedVariance) => variance.betweenClusters + variance.withinClusters / wanted.repetitions;
      if (found !== undefined && (widest === undefined || size(found) > size(widest))) widest = found;
    }
  if (widest === undefined || widest.betweenClusters + widest.withinClusters === 0)
    throw new UsageError(
      `experiment ${name} cannot serve as a pilot for ${wanted.benchmark}: it has no two arms measured on the same tasks of it that ever differ; name another one, or leave pilot out`,
    );
  return widest;
}

function collect(
  columns: Map<string, Map<string, Map<string, number[]>>>,
  row: LedgerEpisode,
  wanted: { readonly benchmark: string; readonly scorer: string; readonly whole: boolean },
): void {
  if (row.benchmark !== wanted.benchmark || row.solver === "-") return;
  const outcome = row.outcomes.map((one) => one.outcome).find((one) => one.state === "graded" && one.score.scorer === wanted.scorer);
  if (outcome?.state !== "graded") return;
  const key = `${row.arm}\u0000${row.solver}`;
  const column = columns.get(key) ?? new Map<string, Map<string, number[]>>();
  columns.set(key, column);
  const unit = `${row.split}\u0000${row.cluster}${wanted.whole ? "" : `\u0000${row.task}`}`;
  const reps = column.get(unit) ?? new Map<string, number[]>();
  column.set(unit, reps);
  const rep = `${row.rep.seed}/${row.rep.attempt}/${row.rep.replica}`;
  reps.set(rep, [...(reps.get(rep) ?? []), outcome.score.value]);
}

function spread(left: Map<string, Map<string, number[]>>, right: Map<string, Map<string, number[]>>): PairedVariance | undefined {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const differences = [...left].flatMap(([unit, reps]) => {
    const others = right.get(unit);
    const both = [...reps].flatMap(([rep, values]) => {
      const other = others?.get(rep);
      return other === undefined ? [] : [mean(values) - mean(other)];
    });
    return both.length === 0 ? [] : [both];
  });
  return differences.length < 2 ? undefined : pairedVariance(differences);
}
