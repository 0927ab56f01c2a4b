import type { Benchmark, DataSource } from "../../core/contract.ts";
import { messageOf, UsageError } from "../../core/errors.ts";
import type { Task } from "../../core/record.ts";

export interface ChosenSplit {
  readonly id: string;
  readonly label: string;
  readonly synthetic: boolean;
  readonly tasks: readonly Task[];
}

/**
 * The split the outputs are of: the one asked for, else the first (halves before wholes, published before generated) that holds every instance the folder speaks of. Throws
 * UsageError saying what was looked at when there is none.
 */
export async function chooseSplit(
  benchmark: Benchmark,
  source: DataSource,
  asked: string | undefined,
  instances: ReadonlySet<string>,
): Promise<ChosenSplit> {
  const found = asked === undefined ? benchmark.splits : benchmark.splits.filter(({ id }) => id === asked);
  if (found.length === 0)
    throw new UsageError(
      `benchmark ${benchmark.id} has no split "${asked}"; choose one of ${benchmark.splits.map(({ id }) => id).join(", ")}`,
    );
  const order = ["verified/test", "verified/evolve", "verified/all", "full", "sample/test", "sample/evolve", "sample/all"];
  const place = (id: string): number => (order.includes(id) ? order.indexOf(id) : order.length);
  const why: string[] = [];
  for (const split of [...found].sort((a, b) => place(a.id) - place(b.id))) {
    const tasks: Task[] = [];
    try {
      for await (const task of benchmark.load(split.id, source)) tasks.push(task);
    } catch (error) {
      if (!(error instanceof UsageError) || asked !== undefined) throw error;
      why.push(`${split.id}: ${messageOf(error)}`);
      continue;
    }
    const known = new Set(tasks.map(({ cluster }) => cluster));
    const foreign = [...instances].filter((id) => !known.has(id));
    if (foreign.length === 0 || asked !== undefined) return { id: split.id, label: split.label, synthetic: split.synthetic, tasks };
    why.push(`${split.id} has no ${foreign.slice(0, 3).join(", ")}${foreign.length > 3 ? ` and ${foreign.length - 3} more` : ""}`);
  }
  throw new UsageError(
    `no split of ${benchmark.id} on this machine holds all instances of the folder; name one with --split (${why.join("; ")})`,
  );
}
