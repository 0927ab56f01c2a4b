import type { ArmSpec, ExperimentSpec } from "../../../core/spec.ts";
import { type FactorialSpec, type Stage, stageRoles } from "../../../core/sweep-spec.ts";
import { isLearned } from "../../guidance.ts";
import { suggestion } from "../nearest-name.ts";
import type { Problem } from "../source.ts";
import { type Axis, type Combination, crossed } from "./axis.ts";

/** What is wrong with a factorial by itself. */
export function factorialProblems(factorial: FactorialSpec, spec: ExperimentSpec): Problem[] {
  const axes = factorialAxes(factorial);
  const problems: Problem[] = [];
  const learned = spec.arms.filter(isVariable).map(({ name }) => name);
  if (factorial.arm !== undefined && !learned.includes(factorial.arm))
    problems.push({
      path: ["factorial", "arm"],
      message: `there is no arm "${factorial.arm}" with guidance of kind evolved${suggestion(factorial.arm, learned)}`,
    });
  if (factorial.arm === undefined && learned.length !== 1)
    problems.push({
      path: ["factorial"],
      message: `there ${learned.length === 0 ? "is no arm" : `are ${learned.length} arms`} with guidance of kind evolved; expected ${learned.length === 0 ? "one" : `the key arm with one of ${learned.map((name) => `"${name}"`).join(", ")}`}`,
    });
  if (axes.length < 2) problems.push({ path: ["factorial", "factors"], message: `expected at least two factors, found ${axes.length}` });
  for (const { key, levels } of axes) {
    const path = ["factorial", "factors", key];
    if (levels.length < 2) problems.push({ path, message: `expected at least two levels, found ${levels.length}` });
    if (new Set(levels.map(({ value }) => value)).size < levels.length)
      problems.push({ path, message: "a model is given for two levels; expected another one each" });
    if (factorial.design === "half" && levels.length > 2)
      problems.push({ path, message: `a half design takes two levels a factor, found ${levels.length}; expected two, or design: full` });
  }
  if (factorial.design === "half" && axes.length === 2)
    problems.push({
      path: ["factorial", "design"],
      message: "half of two factors confounds the one with the other; expected full, or a third factor",
    });
  return problems;
}

/** The factors as axes: a learned arm's roles, and the models it is measured with. */
export function factorialAxes({ factors }: FactorialSpec): Axis[] {
  return (Object.keys(stageRoles) as Stage[]).flatMap((stage) => {
    const given = factors[stage];
    if (given === undefined) return [];
    const named = Array.isArray(given)
      ? given.map((model, i) => ({ name: model, model, at: i }))
      : Object.entries(given).map(([name, model]) => ({ name, model, at: name }));
    const levels = named.map(({ name, model, at }) => ({
      name,
      value: model,
      sets: [
        ...stageRoles[stage].map((role) => ({ path: ["guidance", "roles", role, "model"], value: model })),
        ...(stage === "solver" ? [{ path: ["solvers"], value: [model] }] : []),
      ],
      from: ["factorial", "factors", stage, at],
    }));
    return [{ key: stage, short: stage, levels }];
  });
}

/** The runs of the design. `half`: those with an even number of factors at their second level. */
export function factorialRuns(factorial: FactorialSpec): readonly Combination[] {
  const all = crossed(factorialAxes(factorial));
  if (factorial.design === "full") return all;
  return all.filter((run) => run.filter(({ axis, level }) => axis.levels.indexOf(level) === 1).length % 2 === 0);
}

/** The arm a factorial varies, when there is one. */
export function factorialArm({ arm }: FactorialSpec, arms: readonly ArmSpec[]): ArmSpec | undefined {
  return arms.find((one) => isVariable(one) && (arm === undefined || one.name === arm));
}

const isVariable = ({ guidance }: ArmSpec): boolean => isLearned(guidance) && guidance.kind === "evolved";
