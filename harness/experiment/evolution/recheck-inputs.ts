import type { Recheck } from "../../core/contract.ts";
import type { Hash } from "../../core/json.ts";
import { type Sealed, sealedSchema } from "../../core/sealed.ts";
import { readJsonBlob } from "../../store/blobs.ts";
import type { Parts } from "../parts.ts";
import type { ResolvedBenchmark, ResolvedTask } from "../resolve-tasks.ts";

/** Seed of changed inputs: the same for every evolution, so that analyses differ by what the author does, not by what it is tried on. */
const recheckSeed = 20260325;

export type RecheckInputs = (benchmark: ResolvedBenchmark, task: ResolvedTask) => Promise<readonly Recheck[]>;

/** Further inputs that a fix for a task is certified on, made once a task; none where the benchmark has no way to. */
export function recheckInputs(parts: Pick<Parts, "store">): RecheckInputs {
  const known = new Map<Hash, Promise<readonly Recheck[]>>();
  return (benchmark, task) => {
    const made = known.get(task.taskHash) ?? makeRechecks(parts, benchmark, task);
    known.set(task.taskHash, made);
    return made;
  };
}

async function makeRechecks(
  { store: { blobs } }: Pick<Parts, "store">,
  benchmark: ResolvedBenchmark,
  task: ResolvedTask,
): Promise<readonly Recheck[]> {
  const { recheck } = benchmark.benchmark;
  if (recheck === undefined) return [];
  const sealedOf = async (one: ResolvedTask): Promise<Sealed> => sealedSchema.parse(await readJsonBlob(blobs, one.sealedHash));
  const siblings = await Promise.all(
    benchmark.tasks
      .filter((other) => other.task.cluster === task.task.cluster && other.task.id !== task.task.id)
      .map(async (other) => ({ task: other.task, sealed: await sealedOf(other) })),
  );
  const rechecks: Recheck[] = [];
  for await (const one of recheck(task.task, await sealedOf(task), { seed: recheckSeed, siblings, blobs })) rechecks.push(one);
  return rechecks;
}
