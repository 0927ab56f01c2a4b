import { noUsage, type Usage } from "../../core/record.ts";
import { addUsage } from "../../core/spending.ts";
import type { Answer, Author } from "../../evolve/author.ts";

/** The stages whose cost an evolution's row tells apart. */
export type Stage = "drafting" | "episodes" | "analyses" | "patches" | "consolidation" | "validation";

/** Adds up what an evolution used, each unit once however often it is asked for. */
export interface Tally {
  add(stage: Stage, key: string, usage: Usage | undefined, costUsd: number | undefined): void;
  readonly usage: Readonly<Record<string, Usage>>;
  /** Undefined as soon as one unit has no known cost. */
  readonly costUsd: number | undefined;
}

export function openTally(): Tally {
  const seen = new Set<string>();
  const usage: Record<string, Usage> = {};
  let cost: number | undefined = 0;
  return {
    add(stage, key, used, costUsd) {
      if (used === undefined || seen.has(key)) return;
      seen.add(key);
      usage[stage] = addUsage(usage[stage] ?? noUsage, used);
      cost = cost === undefined || costUsd === undefined ? undefined : cost + costUsd;
    },
    get usage() {
      return Object.fromEntries(Object.entries(usage).sort(([a], [b]) => (a < b ? -1 : 1)));
    },
    get costUsd() {
      return cost;
    },
  };
}

/** The author with every answer counted under a stage. */
export function countedAuthor(author: Author, tally: Tally, stage: Stage): Author {
  return {
    seed: author.seed,
    async ask(asking) {
      const answer = await author.ask(asking);
      if (answer.state !== "errored") tally.add(stage, answer.key, answer.usage, answer.costUsd);
      return answer satisfies Answer<unknown>;
    },
  };
}
