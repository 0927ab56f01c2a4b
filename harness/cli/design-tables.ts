import type { Resolved } from "../experiment/resolve-experiment.ts";
import { noSolver, type TableDesign } from "../report/table-design.ts";

/** What the tables of a resolved experiment look like: rows, columns, baseline and declared comparisons. Stored in its lock file. */
export function designTables(resolved: Resolved): TableDesign {
  const { spec } = resolved;
  const contrasts =
    spec.contrasts ??
    (spec.baseline === undefined
      ? []
      : resolved.guided
          .filter(({ arm, name }) => name === arm.name && name !== spec.baseline && isReact(arm.agent ?? spec.agent))
          .map(({ name }): [string, string] => [name, spec.baseline ?? ""]));
  const known = new Set(resolved.guided.map(({ name }) => name));
  return {
    experiment: spec.name,
    title: spec.title ?? spec.name,
    benchmarks: resolved.benchmarks.map((b) => ({
      id: b.spec.id,
      split: b.spec.split,
      scorer: b.primary,
      scorers: b.scorers.map((scorer) => scorer.id),
      metrics: b.benchmark.scorers[b.primary]?.metrics.map((metric) => ({ ...metric })) ?? [],
      metricsByScorer: Object.fromEntries(
        b.scorers.map(({ id }) => [id, b.benchmark.scorers[id]?.metrics.map((metric) => ({ ...metric })) ?? []]),
      ),
      tasks: b.tasks.length,
    })),
    arms: resolved.guided.map(({ arm, name, label }) => ({
      name,
      label,
      solvers: isReact(arm.agent ?? spec.agent) ? arm.solvers : [noSolver],
    })),
    solvers: spec.solvers,
    baseline: spec.baseline,
    contrasts: contrasts.filter((pair) => pair.every((name) => known.has(name))),
    seeds: spec.seeds.rollout,
    attempts: spec.attempts,
    replicas: spec.replicas,
  };
}

const isReact = (agent: { readonly kind: string }): boolean => agent.kind === "react";
