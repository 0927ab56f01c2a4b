import type { GuidedArm } from "../experiment/guidance.ts";
import type { Resolved } from "../experiment/resolve-experiment.ts";
import { noSolver, type TableDesign } from "../report/table-design.ts";

/** What the tables of a resolved experiment look like: rows, columns, baseline and declared comparisons. Stored in its lock file. */
export function designTables(resolved: Resolved): TableDesign {
  const { spec } = resolved;
  const contrasts =
    spec.contrasts ??
    (spec.baseline === undefined
      ? []
      : rowsOf(resolved)
          .filter(({ arm, name }) => name === arm.name && name !== spec.baseline && isReact(arm.agent ?? spec.agent))
          .map(({ name }): [string, string] => [name, spec.baseline ?? ""]));
  const known = new Set(rowsOf(resolved).map(({ name }) => name));
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
    arms: rowsOf(resolved).map(({ arm, name, label }) => ({
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

/** Arms in the order of the config, those that could not be learned among them: a table shows that they are missing. */
function rowsOf({ spec, guided, learning }: Resolved): readonly Pick<GuidedArm, "arm" | "name" | "label">[] {
  const waiting = learning.map(({ arm }) => ({ arm, name: arm.name, label: arm.label ?? arm.name }));
  const place = ({ arm }: Pick<GuidedArm, "arm">): number => spec.arms.findIndex(({ name }) => name === arm.name);
  return [...guided, ...waiting].sort((a, b) => place(a) - place(b));
}

const isReact = (agent: { readonly kind: string }): boolean => agent.kind === "react";
