import type { LedgerEpisode } from "../core/record.ts";
import { readMeasured } from "../store/ledger.ts";
import type { Store } from "../store/store.ts";
import { experimentNames } from "./experiment-names.ts";
import { indexLedger } from "./ledger-index.ts";
import type { Parts } from "./parts.ts";
import type { Resolved } from "./resolve-experiment.ts";
import { experimentDir, ledgerPath } from "./run-experiment.ts";
import { planSlots } from "./slots.ts";

/** What one solver's missing episodes are expected to take; numbers are undefined until some episode of it has been seen. */
export interface SolverEstimate {
  readonly solver: string;
  readonly slots: number;
  readonly done: number;
  /** Missing slots that no other experiment has in the store either. */
  readonly missing: number;
  readonly shared: number;
  readonly basedOn: number;
  readonly calls?: number;
  readonly tokens?: number;
  readonly costUsd?: number;
}

interface Seen {
  episodes: number;
  calls: number;
  tokens: number;
  priced: number;
  costUsd: number;
}

/**
 * Plans without running: how much is done, how much is shared with other experiments, what the rest will take by the mean of what was seen. `planned` are keys that
 * experiments run before this one will make: they count as shared, and what is missing here joins them.
 */
export async function estimateExperiment(resolved: Resolved, parts: Parts, planned?: Set<string>): Promise<SolverEstimate[]> {
  const path = ledgerPath(experimentDir(parts, resolved.spec.name));
  const index = await indexLedger(path);
  const stored = await storedKeys(parts.store);
  const seen = new Map<string, Seen>();
  for await (const rows of readMeasured(path, { validate: false })) for (const row of rows) learn(seen, row);
  // Solvers this experiment has not run yet: what other experiments of the same results folder saw of them.
  const unseen = new Map<string, Seen>();
  for (const name of await experimentNames(parts.resultsDir)) {
    if (name === resolved.spec.name) continue;
    for await (const rows of readMeasured(ledgerPath(experimentDir(parts, name)), { validate: false }))
      for (const row of rows) if (!seen.has(row.solver)) learn(unseen, row);
  }
  for (const [solver, found] of unseen) if (!seen.has(solver)) seen.set(solver, found);
  const table = new Map<string, { slots: number; done: number; missing: number; shared: number }>();
  for (const slot of planSlots(resolved.spec, resolved.arms)) {
    const row = table.get(slot.arm.solver) ?? { slots: 0, done: 0, missing: 0, shared: 0 };
    table.set(slot.arm.solver, row);
    row.slots += 1;
    if (index.isCurrent(slot)) row.done += 1;
    else if (stored.has(slot.key) || planned?.has(slot.key) === true) row.shared += 1;
    else {
      row.missing += 1;
      planned?.add(slot.key);
    }
  }
  return [...table].map(([solver, row]) => {
    const pilot = seen.get(solver);
    if (solver === "-") return { solver, ...row, basedOn: 0, calls: 0, tokens: 0, costUsd: 0 };
    if (pilot === undefined || pilot.episodes === 0) return { solver, ...row, basedOn: 0 };
    const scale = row.missing / pilot.episodes;
    return {
      solver,
      ...row,
      basedOn: pilot.episodes,
      calls: pilot.calls * scale,
      tokens: pilot.tokens * scale,
      costUsd: pilot.priced === pilot.episodes ? pilot.costUsd * scale : undefined,
    };
  });
}

function learn(seen: Map<string, Seen>, row: LedgerEpisode): void {
  if (row.usage === undefined || row.solver === "-") return;
  const one = seen.get(row.solver) ?? { episodes: 0, calls: 0, tokens: 0, priced: 0, costUsd: 0 };
  seen.set(row.solver, one);
  one.episodes += 1;
  one.calls += row.usage.calls;
  one.tokens += row.usage.promptTokens + row.usage.completionTokens;
  if (row.volatile?.costUsd !== undefined) one.priced += 1;
  one.costUsd += row.volatile?.costUsd ?? 0;
}

async function storedKeys(store: Store): Promise<Set<string>> {
  const keys = new Set<string>();
  for await (const key of store.units.keys()) keys.add(key);
  return keys;
}
