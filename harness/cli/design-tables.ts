import { type ExperimentSpec, usesModel } from "../core/spec.ts";
import type { GuidedArm } from "../experiment/guidance.ts";
import type { Resolved } from "../experiment/resolve-experiment.ts";
import type { ResolvedBenchmark } from "../experiment/resolve-tasks.ts";
import { attemptsOf } from "../experiment/slots.ts";
import type { PaperDesign } from "../report/paper/paper-design.ts";
import { noSolver, type TableDesign, type TableMetric } from "../report/table-design.ts";
import { designAblations } from "./design-ablations.ts";

/** What the tables of a resolved experiment look like: rows, columns, baseline and declared comparisons. Stored in its lock file. */
export function designTables(resolved: Resolved, paper?: PaperDesign): TableDesign {
  const { spec } = resolved;
  const contrasts =
    spec.contrasts ??
    (spec.baseline === undefined
      ? []
      : rowsOf(resolved)
          .filter(({ arm, name }) => name === arm.name && name !== spec.baseline && usesModel(arm.agent ?? spec.agent))
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
      metrics: metricsOf(b, b.primary, spec),
      metricsByScorer: Object.fromEntries(b.scorers.map(({ id }) => [id, metricsOf(b, id, spec)])),
      tasks: b.tasks.length,
      ...(b.subset === undefined ? {} : { subset: b.subset }),
      ...(b.spec.attempts === undefined ? {} : { attempts: b.spec.attempts }),
    })),
    arms: rowsOf(resolved).map(({ arm, name, label }) => ({
      name,
      label,
      solvers: usesModel(arm.agent ?? spec.agent) ? arm.solvers : [noSolver],
      ...(name === arm.name ? {} : { candidateOf: arm.name }),
    })),
    solvers: spec.solvers,
    baseline: spec.baseline,
    contrasts: contrasts.filter((pair) => pair.every((name) => known.has(name))),
    ...(spec.margin === undefined ? {} : { margin: Number.parseFloat(spec.margin) / 100 }),
    seeds: spec.seeds.rollout,
    attempts: spec.attempts,
    replicas: spec.replicas,
    ...designAblations(spec, known),
    ...(paper === undefined ? {} : { paper }),
  };
}

/** A scorer's metrics. Several attempts make a mean over tasks avg@k, and give pass@k beside it, also for the fewer attempts asked for. */
function metricsOf(
  { benchmark, spec: own }: ResolvedBenchmark,
  scorer: string,
  spec: Pick<ExperimentSpec, "attempts" | "pass_at">,
): TableMetric[] {
  const metrics = benchmark.scorers[scorer]?.metrics.map((metric) => ({ ...metric })) ?? [];
  const attempts = attemptsOf(spec, own);
  if (attempts === 1) return metrics;
  const named = metrics.map((metric) => (metric.over === "episode" ? { ...metric, label: `${metric.label}, avg@${attempts}` } : metric));
  const fewer = [...new Set(spec.pass_at)].filter((k) => k < attempts).sort((a, b) => a - b);
  const all = `pass@${attempts}`;
  return [
    ...named,
    ...fewer.map((k) => ({ name: `pass@${k}`, over: `pass@${k}` as const, label: `pass@${k}` })),
    { name: all, over: "attempt-any", label: all },
  ];
}

/** Arms in the order of the config, those that could not be learned among them: a table shows that they are missing. */
function rowsOf({ spec, guided, learning }: Resolved): readonly Pick<GuidedArm, "arm" | "name" | "label">[] {
  const waiting = learning.map(({ arm }) => ({ arm, name: arm.name, label: arm.label ?? arm.name }));
  const place = ({ arm }: Pick<GuidedArm, "arm">): number => spec.arms.findIndex(({ name }) => name === arm.name);
  return [...guided, ...waiting].sort((a, b) => place(a) - place(b));
}
