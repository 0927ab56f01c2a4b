import { sha256 } from "../../core/json.ts";
import type { LedgerEpisode } from "../../core/record.ts";
import { benchmarkKey } from "./effects-experiment.ts";

/** Tasks by benchmark and split. */
export interface Halves {
  readonly kept: ReadonlyMap<string, readonly string[]>;
  readonly heldOut: ReadonlyMap<string, readonly string[]>;
}

/** Takes a share of the clusters out, whole ones and the same ones every time: those whose names hash lowest. */
export function holdOutClusters(rows: readonly Pick<LedgerEpisode, "benchmark" | "split" | "task" | "cluster">[], share: number): Halves {
  const kept = new Map<string, readonly string[]>();
  const heldOut = new Map<string, readonly string[]>();
  for (const key of new Set(rows.map(({ benchmark, split }) => benchmarkKey(benchmark, split)))) {
    const clusters = new Map<string, Set<string>>();
    for (const row of rows)
      if (benchmarkKey(row.benchmark, row.split) === key) clusters.set(row.cluster, (clusters.get(row.cluster) ?? new Set()).add(row.task));
    const ordered = [...clusters.keys()].map((name) => ({ name, at: sha256(`held out of attribution ${name}`) }));
    const out = new Set(
      ordered
        .toSorted((a, b) => (a.at < b.at ? -1 : 1))
        .slice(0, Math.round(share * clusters.size))
        .map(({ name }) => name),
    );
    const tasks = (wanted: boolean): string[] =>
      [...clusters]
        .filter(([name]) => out.has(name) === wanted)
        .flatMap(([, ids]) => [...ids])
        .sort();
    kept.set(key, tasks(false));
    heldOut.set(key, tasks(true));
  }
  return { kept, heldOut };
}
