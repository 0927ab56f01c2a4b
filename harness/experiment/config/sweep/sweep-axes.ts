import { canonicalJson, isJson } from "../../../core/json.ts";
import { type ArmSpec, type ExperimentSpec, usesModel } from "../../../core/spec.ts";
import type { SweepBranch, SweepSpec } from "../../../core/sweep-spec.ts";
import { isLearned } from "../../guidance.ts";
import { suggestion } from "../nearest-name.ts";
import type { ConfigPath, Problem } from "../source.ts";
import { type Axis, levelNames } from "./axis.ts";

/** A swept path with its values, as the file has them. */
export interface SweptPath {
  readonly key: string;
  /** Keys joined by dots in the file make one path however they are nested. */
  readonly parts: readonly string[];
  readonly values: readonly unknown[];
  readonly from: ConfigPath;
}

/** The lists of a sweep, by their paths. */
export function sweptPaths({ combine: _combine, arms: _arms, ...rest }: SweepSpec): SweptPath[] {
  const walk = (branch: SweepBranch, keys: readonly string[]): SweptPath[] => {
    if (isList(branch)) {
      const key = keys.join(".");
      return [{ key, parts: key.split("."), values: branch, from: ["sweep", ...keys] }];
    }
    return Object.entries(branch).flatMap(([key, below]) => walk(below, [...keys, key]));
  };
  // The reserved keys are gone, so what is left are branches.
  return Object.entries(rest).flatMap(([key, branch]) => walk(branch as SweepBranch, [key]));
}

const isList = (branch: SweepBranch): branch is readonly unknown[] => Array.isArray(branch);

const reachable = ["evolution", "roles", "agent", "limits", "arms"];

/** What is wrong with a sweep by itself, before any arm is looked at. */
export function sweepProblems(sweep: SweepSpec, arms: readonly ArmSpec[]): Problem[] {
  const paths = sweptPaths(sweep);
  const names = arms.map(({ name }) => name);
  if (paths.length === 0)
    return [{ path: ["sweep"], message: 'expected a path with a list of values, such as "evolution.merge.batch_size"' }];
  const problems: Problem[] = (sweep.arms ?? []).flatMap((name, i) =>
    names.includes(name) ? [] : [{ path: ["sweep", "arms", i], message: `there is no arm "${name}"${suggestion(name, names)}` }],
  );
  for (const [i, { key, parts, values, from }] of paths.entries()) {
    const at = { path: from, at: "key" } as const;
    const [root = ""] = parts;
    if (parts.includes("")) problems.push({ ...at, message: "expected keys joined by single dots, such as evolution.merge.batch_size" });
    else if (!reachable.includes(root))
      problems.push({
        ...at,
        message: `an arm has no ${root} of its own to be varied; expected a path below ${reachable.join(", ")}${suggestion(root, reachable).replace(/^; expected.*/, "")}`,
      });
    else if (parts.length < (root === "arms" ? 3 : 2))
      problems.push({
        ...at,
        message: `expected a path to one setting${root === "arms" ? " of an arm, such as arms.NAME.guidance.limit" : ` below ${root}`}`,
      });
    else if (root === "arms" && namedArm(key, names) === undefined)
      problems.push({ ...at, message: `there is no arm "${parts[1]}"${suggestion(parts[1] ?? "", names)}` });
    else if (paths.findIndex((other) => other.key === key) !== i)
      problems.push({ ...at, message: "this path is already swept; expected each once" });
    if (sweep.combine !== "zipped")
      for (const [j, value] of values.entries())
        if (values.findIndex((other) => canonicalJson(other) === canonicalJson(value)) !== j)
          problems.push({ path: [...from, j], message: "this value is already in the list; expected each once" });
    const [first] = paths;
    if (sweep.combine === "zipped" && first !== undefined && values.length !== first.values.length)
      problems.push({
        ...at,
        message: `zipped lists go side by side; expected ${first.values.length} values as ${first.key} has, found ${values.length}`,
      });
  }
  return problems;
}

/** The axes that reach an arm. */
export function sweepAxes(sweep: SweepSpec, arm: ArmSpec, spec: ExperimentSpec): Axis[] {
  if (sweep.arms !== undefined && !sweep.arms.includes(arm.name)) return [];
  const paths = sweptPaths(sweep);
  return paths.flatMap(({ key, parts, values, from }) => {
    const target = targetIn(arm, key, parts, spec);
    if (target === undefined) return [];
    const names = levelNames(values);
    const levels = values.flatMap((value, i) =>
      isJson(value) ? [{ name: names[i] ?? "", value, sets: [{ path: target, value }], from: [...from, i] }] : [],
    );
    return [{ key, short: shortOf(parts, paths), levels }];
  });
}

/** Where a path ends up in an arm; undefined when it does not reach it, because it does not apply there or the arm sets the value itself. */
function targetIn(arm: ArmSpec, key: string, parts: readonly string[], spec: ExperimentSpec): readonly string[] | undefined {
  const [root, ...rest] = parts;
  const { guidance } = arm;
  const learned = isLearned(guidance) && guidance.kind !== "irrelevant" && guidance.kind !== "shuffled";
  const acts = usesModel(arm.agent ?? spec.agent);
  const open = (target: readonly string[]): readonly string[] | undefined => (valueIn(arm, target) === undefined ? target : undefined);
  if (root === "arms") {
    const name = namedArm(key, [arm.name]);
    return name === undefined ? undefined : key.slice(`arms.${name}.`.length).split(".");
  }
  if (root === "evolution") return learned ? open(["guidance", ...rest]) : undefined;
  if (root === "roles" && rest[0] === "rollout") return acts ? open(rest.slice(1)) : undefined;
  if (root === "roles") return learned ? open(["guidance", "roles", ...rest]) : undefined;
  if (root === "agent") return acts && arm.agent === undefined ? ["agent", ...rest] : undefined;
  return acts ? open(["limits", ...rest]) : undefined;
}

/** Names of arms may hold dots. */
function namedArm(key: string, names: readonly string[]): string | undefined {
  return [...names].sort((a, b) => b.length - a.length).find((name) => key.startsWith(`arms.${name}.`));
}

function valueIn(target: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === "object" && at !== null && Object.hasOwn(at, key) ? Reflect.get(at, key) : undefined),
    target,
  );
}

/** The last key of a path; with the one before it where another path ends alike. */
function shortOf(parts: readonly string[], paths: readonly SweptPath[]): string {
  const last = parts.at(-1) ?? "";
  return paths.filter((one) => one.parts.at(-1) === last).length > 1 ? parts.slice(-2).join(".") : last;
}
