import type { SkillPatch } from "../../core/evolution.ts";
import type { EvolutionSettings } from "../../core/evolution-presets.ts";
import type { Hash } from "../../core/json.ts";
import type { Author } from "../../evolve/author.ts";
import { type Consolidation, consolidate } from "../../evolve/consolidate/consolidate.ts";
import type { SkillFile } from "../../skill/read-directory.ts";

/** Another order or grouping for the same patches. `seed` shuffles; null keeps the evolution's. */
export interface MergeOrder {
  readonly name: string;
  readonly grouping: EvolutionSettings["merge"]["grouping"];
  readonly seed: number | null;
}

/** What an evolution joined, as it was frozen. */
export interface FrozenPatches {
  /** S0. */
  readonly start: readonly SkillFile[];
  readonly startHash: Hash;
  readonly patches: readonly SkillPatch[];
  /** Ids of what was planned, in order, with something in the place of what is missing. */
  readonly plan: readonly string[];
  readonly settings: EvolutionSettings;
  /** Evolution seed. */
  readonly seed: number;
  /** Tasks that were analysed. */
  readonly tasks: number;
}

/** So many shuffled orders, numbered from 1. Equal numbers are equal orders: asking for more later pays for the further ones only. */
export function shuffledOrders(count: number): MergeOrder[] {
  return Array.from({ length: count }, (_, i) => ({ name: `order ${i + 1}`, grouping: "shuffle", seed: i + 1 }));
}

/** Merges frozen patches in another order, through the author and so through the engine: what was asked before costs nothing. Throws UnansweredCall and what stops a run. */
export async function mergeAgain(frozen: FrozenPatches, order: MergeOrder, author: Author): Promise<Consolidation> {
  const { start, startHash, patches, plan, settings, seed, tasks } = frozen;
  return await consolidate({
    start,
    startHash,
    patches,
    plan,
    settings: { ...settings, merge: { ...settings.merge, grouping: order.grouping } },
    author,
    seed: order.seed ?? seed,
    tasks,
  });
}
