import type { ArmSpec, ExperimentSpec } from "../../core/spec.ts";
import type { Candidate } from "./candidates.ts";

export interface EffectsExperiment {
  readonly name: string;
  readonly title: string;
  /** The arm whose skill is taken apart, with the folder its skill was written to. */
  readonly whole: { readonly arm: ArmSpec; readonly path: string };
  readonly without: readonly { readonly name: string; readonly candidate: Pick<Candidate, "parts">; readonly path: string }[];
  /** Tasks that are kept, by benchmark and split; absent for those where all are. */
  readonly tasks?: ReadonlyMap<string, readonly string[]>;
  readonly solvers?: readonly string[];
  readonly maxCostUsd?: number;
}

/** Name of the arm with the whole skill in an experiment of effects. */
export const wholeArm = "whole";

export const benchmarkKey = (id: string, split: string): string => `${id}\n${split}`;

/**
 * An ordinary experiment whose arms are guided by the whole skill and by the skill without each part, everything else as in `source`: its keys are those an experiment with
 * such arms would have, so the whole skill's episodes are there already. Learns nothing.
 */
export function effectsExperiment(source: ExperimentSpec, effects: EffectsExperiment): ExperimentSpec {
  const { swept: _, ...arm } = effects.whole.arm;
  const solversOf = effects.solvers === undefined ? {} : { solvers: [...effects.solvers] };
  // What else an arm may set (agent, limits, sampling …) is part of its episodes' keys.
  const like = (name: string, label: string, path: string): ArmSpec => ({
    ...arm,
    ...solversOf,
    name,
    label,
    guidance: { kind: "skill", path },
  });
  const { benchmarks, roles, agent, limits, seeds, attempts, replicas, sandbox, concurrency } = source;
  return {
    name: effects.name,
    title: effects.title,
    benchmarks: benchmarks.map((one) => {
      const tasks = effects.tasks?.get(benchmarkKey(one.id, one.split));
      return tasks === undefined ? one : { ...one, tasks: [...tasks] };
    }),
    arms: [
      like(wholeArm, "Whole skill", effects.whole.path),
      ...effects.without.map(({ name, candidate, path }) => like(name, `Without ${candidate.parts.map(labelOf).join(" = ")}`, path)),
    ],
    solvers: [...(effects.solvers ?? source.solvers)],
    roles,
    agent,
    limits,
    seeds,
    attempts,
    pass_at: [],
    replicas,
    evolution: {},
    baseline: wholeArm,
    contrasts: effects.without.map(({ name }): [string, string] => [name, wholeArm]),
    sandbox,
    budget: effects.maxCostUsd === undefined ? {} : { max_cost_usd: effects.maxCostUsd },
    ...(concurrency === undefined ? {} : { concurrency }),
  };
}

const labelOf = ({ kind, id, title }: Candidate["parts"][number]): string => (kind === "edit" ? `edit ${id}` : title);
