import type { ArmSpec, ExperimentSpec } from "../../../core/spec.ts";
import type { Swept } from "../../../core/sweep-spec.ts";
import { type ConfigSource, configError, type Origin, type Problem } from "../source.ts";
import { armLabel, armName, type Combination, crossed, zipped } from "./axis.ts";
import { factorialArm, factorialProblems, factorialRuns } from "./factorial-axes.ts";
import { sweepAxes, sweepProblems, sweptPaths } from "./sweep-axes.ts";

const mostArms = 1000;

/**
 * The source with every swept arm replaced by one arm a value, as if they had been written out; each says under `swept` what it stands for. `spec` is the source as parsed.
 * Throws UsageError with file, line and column for paths that lead nowhere and values that are not fit to be compared.
 */
export function expandArms(source: ConfigSource, spec: ExperimentSpec): ConfigSource {
  const { sweep, factorial } = spec;
  const problems: Problem[] = [
    ...(sweep === undefined ? [] : sweepProblems(sweep, spec.arms)),
    ...(factorial === undefined ? [] : factorialProblems(factorial, spec)),
  ];
  if (problems.length > 0) throw configError(source, problems);
  const varied = factorial === undefined ? undefined : factorialArm(factorial, spec.arms);
  const written = rawArms(source.value);
  const arms: unknown[] = [];
  const origins: Origin[] = [];
  const reached = new Set<string>();
  for (const [index, arm] of spec.arms.entries()) {
    const raw = written[index];
    const axes = sweep === undefined || arm === varied ? [] : sweepAxes(sweep, arm, spec);
    for (const { key } of axes) reached.add(key);
    const by = arm === varied ? "factorial" : "sweep";
    const runs =
      arm === varied && factorial !== undefined
        ? byArm(factorialRuns(factorial))
        : sweep?.combine === "zipped"
          ? zipped(axes)
          : crossed(axes);
    // An arm that nothing reaches stays as it is.
    const combinations = axes.length === 0 && arm !== varied ? [[]] : runs;
    for (const combination of combinations) {
      const at = ["arms", arms.length];
      origins.push({ at, from: ["arms", index] });
      for (const { level } of combination) for (const { path } of level.sets) origins.push({ at: [...at, ...path], from: level.from });
      arms.push(combination.length === 0 ? raw : expanded(raw, arm, combination, by, source.value));
    }
    if (arms.length > mostArms)
      throw configError(source, [{ path: [by], message: `this makes more than ${mostArms} arms; expected fewer values or fewer lists` }]);
  }
  const idle = sweep === undefined ? [] : sweptPaths(sweep).filter(({ key }) => !reached.has(key));
  if (idle.length > 0)
    throw configError(
      source,
      idle.map(({ key, from }) => ({
        path: from,
        at: "key",
        message: `no arm is reached by ${key}; expected one that it applies to and that does not set it itself`,
      })),
    );
  return { ...source, value: { ...(source.value as object), arms }, origins };
}

/** Runs that differ in the solver alone are one arm, measured with several models. */
function byArm(runs: readonly Combination[]): readonly Combination[] {
  const arms = new Map<string, Combination>();
  for (const run of runs) {
    const learning = run.filter(({ axis }) => axis.key !== "solver");
    const name = learning.map(({ level }) => level.name).join("\n");
    const known = arms.get(name);
    const solvers = [...(known ?? []), ...run].filter(({ axis }) => axis.key === "solver");
    arms.set(name, [...learning, ...solvers]);
  }
  return [...arms.values()];
}

function expanded(raw: unknown, arm: ArmSpec, combination: Combination, by: Swept["by"], config: unknown): unknown {
  const named = combination.filter(({ axis }) => by === "sweep" || axis.key !== "solver");
  const solvers = combination.filter(({ axis }) => by === "factorial" && axis.key === "solver").map(({ level }) => level.value);
  let made = {
    ...(raw as object),
    name: armName(arm.name, named, by === "sweep" ? "-" : "."),
    label: armLabel(arm.label ?? arm.name, named),
  };
  for (const { axis, level } of combination)
    for (const { path, value } of level.sets)
      if (axis.key !== "solver" || by === "sweep") made = place(path[0] === "agent" ? withAgent(made, config) : made, path, value);
  const values = Object.fromEntries(named.map(({ axis, level }) => [axis.key, by === "sweep" ? level.value : level.name]));
  return {
    ...made,
    ...(solvers.length > 0 ? { solvers } : {}),
    swept: { by, arm: arm.name, ...(arm.label === undefined ? {} : { label: arm.label }), values },
  };
}

/** An arm's agent takes the place of the experiment's as a whole, so a part of it is set in a copy. */
function withAgent<A extends object>(arm: A, config: unknown): A {
  if ("agent" in arm) return arm;
  const shared: unknown = typeof config === "object" && config !== null ? Reflect.get(config, "agent") : undefined;
  return { ...arm, agent: shared ?? { kind: "react" } };
}

/** A copy with the value at the path; whatever is in the way and no mapping is replaced, and refused when the result is parsed. */
function place<T extends object>(target: T, [head, ...rest]: readonly string[], value: unknown): T {
  if (head === undefined) return target;
  const below: unknown = Object.hasOwn(target, head) ? Reflect.get(target, head) : undefined;
  const inside = typeof below === "object" && below !== null && !Array.isArray(below) ? below : {};
  // A computed key, unlike an assignment, never reaches a prototype.
  return { ...target, [head]: rest.length === 0 ? value : place(inside, rest, value) };
}

function rawArms(value: unknown): readonly unknown[] {
  const arms: unknown = typeof value === "object" && value !== null ? Reflect.get(value, "arms") : undefined;
  return Array.isArray(arms) ? arms : [];
}
