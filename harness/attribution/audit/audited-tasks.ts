import type { LedgerEpisode } from "../../core/record.ts";
import type { Store } from "../../store/store.ts";
import { taskOf } from "../failures/read-failures.ts";
import type { AuditedTask } from "./audit-skills.ts";

export interface AuditedTasks {
  readonly tasks: readonly AuditedTask[];
  /** Tasks that are learned from and measured, too: `same` ones, and other tasks of clusters on both sides. */
  readonly overlap: { readonly same: readonly string[]; readonly clusters: readonly string[] };
  /** Episodes of tasks that nobody could score, so that their truth is not known here. */
  readonly unread: readonly string[];
}

/** Every task that episodes were learned from, selected by or measured on, with its truth, from the units that scored them. Throws StoreError for what the store lacks. */
export async function findAuditedTasks(store: Pick<Store, "blobs" | "units">, rows: readonly LedgerEpisode[]): Promise<AuditedTasks> {
  const found = new Map<string, AuditedTask>();
  const clusters = new Map<string, Set<AuditedTask["use"]>>();
  const unread = new Set<string>();
  for (const row of rows) {
    const use = (row.purpose ?? "measure") === "measure" ? ("measure" as const) : ("evolve" as const);
    const id = JSON.stringify([use, row.benchmark, row.split, row.task]);
    if (found.has(id)) continue;
    const [score] = row.outcomes;
    if (score === undefined) {
      unread.add(id);
      continue;
    }
    unread.delete(id);
    const { task, sealed } = await taskOf(store, score.key);
    found.set(id, { benchmark: row.benchmark, split: row.split, use, task, sealed });
    const cluster = `${row.benchmark} ${task.cluster}`;
    clusters.set(cluster, (clusters.get(cluster) ?? new Set()).add(use));
  }
  const inBoth = [...clusters].filter(([, uses]) => uses.size > 1).map(([name]) => name);
  const measured = [...found.values()].filter(({ use }) => use === "measure");
  const learned = new Set(
    [...found.values()].filter(({ use }) => use === "evolve").map(({ benchmark, task }) => `${benchmark} ${task.id}`),
  );
  const same = measured.filter(({ benchmark, task }) => learned.has(`${benchmark} ${task.id}`)).map(({ task }) => task.id);
  return {
    tasks: [...found.values()],
    overlap: { same: [...new Set(same)], clusters: inBoth },
    unread: [...unread].map((id) => String(JSON.parse(id)[3])),
  };
}
