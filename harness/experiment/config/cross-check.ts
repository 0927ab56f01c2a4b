import path from "node:path";
import { UsageError } from "../../core/errors.ts";
import { canonicalJson } from "../../core/json.ts";
import { type ArmSpec, type ExperimentSpec, type ModelSpec, usesModel } from "../../core/spec.ts";
import { resolveSettings } from "../evolution/settings.ts";
import { isLearned } from "../guidance.ts";
import { learnedProblems, playedRoles } from "./learned-problems.ts";
import { suggestion } from "./nearest-name.ts";
import type { ConfigPath, Problem } from "./source.ts";

/** Models an experiment needs: solvers of its ReAct arms and whoever plays a role in what is learned. Sorted, each once. */
export function modelNames(spec: ExperimentSpec): string[] {
  const names = new Set<string>();
  for (const arm of spec.arms) if (usesModel(arm.agent ?? spec.agent)) for (const solver of arm.solvers ?? spec.solvers) names.add(solver);
  for (const role of Object.values(spec.roles)) if (role?.model !== undefined) names.add(role.model);
  for (const { model } of playedRoles(spec)) names.add(model);
  return [...names].sort();
}

/** What the parts of an experiment say about each other, as far as it can be judged from the file alone. */
export function experimentProblems(spec: ExperimentSpec): Problem[] {
  const arms = spec.arms.map((arm) => arm.name);
  const problems: Problem[] = [
    ...repeated(arms, (i) => ["arms", i, "name"], "arm"),
    ...repeated(spec.solvers, (i) => ["solvers", i], "solver"),
    ...repeated(spec.seeds.rollout, (i) => ["seeds", "rollout", i], "seed"),
    ...repeated(spec.seeds.evolution, (i) => ["seeds", "evolution", i], "seed"),
    ...repeated(
      spec.benchmarks.map((b) => canonicalJson({ id: b.id, split: b.split, form: b.form })),
      (i) => ["benchmarks", i],
      "benchmark",
      false,
    ),
    ...spec.benchmarks.flatMap((b, i) => repeated(b.tasks ?? [], (j) => ["benchmarks", i, "tasks", j], "task")),
    ...spec.arms.flatMap((arm, i) => repeated(arm.solvers ?? [], (j) => ["arms", i, "solvers", j], "solver")),
    ...equalArms(spec),
    ...learnedProblems(spec),
  ];
  const arm = (name: string, at: ConfigPath): void => {
    if (!arms.includes(name)) problems.push({ path: at, message: `there is no arm "${name}"${suggestion(name, arms)}` });
  };
  if (spec.baseline !== undefined) arm(spec.baseline, ["baseline"]);
  for (const [i, [a, b]] of (spec.contrasts ?? []).entries()) {
    arm(a, ["contrasts", i, 0]);
    arm(b, ["contrasts", i, 1]);
    if (a === b) problems.push({ path: ["contrasts", i], message: `a contrast compares two arms, found "${a}" twice` });
  }
  const pairs = (spec.contrasts ?? []).map((pair) => [...pair].sort().join(" "));
  problems.push(...repeated(pairs, (i) => ["contrasts", i], "contrast", false));
  const attempts = Math.max(...spec.benchmarks.map((benchmark) => benchmark.attempts ?? spec.attempts));
  for (const [i, k] of spec.pass_at.entries())
    if (k >= attempts)
      problems.push({
        path: ["pass_at", i],
        message: `pass@${k} beside all attempts needs more than ${k} attempts, and no benchmark here has more than ${attempts}; raise attempts or leave it out`,
      });
  for (const [i, one] of spec.arms.entries())
    if (usesModel(one.agent ?? spec.agent) && (one.solvers ?? spec.solvers).length === 0)
      problems.push({
        path: one.solvers === undefined ? ["solvers"] : ["arms", i, "solvers"],
        message: `arm "${one.name}" has no model to be measured with; expected at least one name of a file in configs/models`,
      });
  if (spec.roles.rollout?.model !== undefined)
    problems.push({
      path: ["roles", "rollout", "model"],
      message: "rollouts are made by the models under solvers; name the model there, and only its sampling here",
    });
  // The same missing list would be reported once for every arm that leans on it.
  return problems.filter((p, i) => problems.findIndex((q) => canonicalJson(q.path) === canonicalJson(p.path)) === i);
}

/** What an experiment asks of its models. `models` has every one that `modelNames` gives. */
export function modelProblems(spec: ExperimentSpec, models: ReadonlyMap<string, ModelSpec>): Problem[] {
  const problems: Problem[] = [];
  const sampling = (modelName: string, wanted: unknown, at: ConfigPath): void => {
    const known = Object.keys(models.get(modelName)?.sampling ?? {});
    if (typeof wanted === "string" && models.has(modelName) && !known.includes(wanted))
      problems.push({ path: at, message: `model "${modelName}" has no sampling "${wanted}"${suggestion(wanted, known)}` });
  };
  const solvers = new Set(spec.arms.flatMap((arm) => (usesModel(arm.agent ?? spec.agent) ? (arm.solvers ?? spec.solvers) : [])));
  const rollout = spec.roles.rollout;
  for (const solver of solvers) sampling(solver, rollout?.sampling ?? "default", ["roles", "rollout", "sampling"]);
  for (const [i, arm] of spec.arms.entries())
    if (arm.sampling !== undefined)
      for (const solver of arm.solvers ?? spec.solvers) sampling(solver, arm.sampling, ["arms", i, "sampling"]);
  for (const [role, settings] of Object.entries(spec.roles))
    if (role !== "rollout" && settings?.model !== undefined) sampling(settings.model, settings.sampling, ["roles", role, "sampling"]);
  for (const played of playedRoles(spec)) sampling(played.model, played.sampling, played.samplingAt);
  return problems;
}

function repeated(values: readonly (string | number)[], at: (index: number) => ConfigPath, what: string, name = true): Problem[] {
  return values.flatMap((value, i) => {
    const first = values.indexOf(value);
    const shown = name ? ` ${JSON.stringify(value)}` : "";
    return first === i
      ? []
      : [{ path: at(i), message: `the ${what}${shown} is already given as number ${first + 1} of the list; expected each once` }];
  });
}

/** Arms that differ in nothing but their names would be measured once and compared with themselves. */
function equalArms(spec: ExperimentSpec): Problem[] {
  const meaning = (arm: ArmSpec): string => {
    const agent = arm.agent ?? spec.agent;
    if (!usesModel(agent)) return canonicalJson({ agent });
    const guidance = arm.guidance.kind === "skill" ? { ...arm.guidance, path: plainPath(arm.guidance.path) } : learnedMeaning(spec, arm);
    const limits = { ...spec.limits, ...arm.limits };
    const sampling = arm.sampling ?? spec.roles.rollout?.sampling;
    return canonicalJson({ agent, guidance, limits, sampling, solvers: [...(arm.solvers ?? spec.solvers)].sort() });
  };
  const meanings = spec.arms.map(meaning);
  return meanings.flatMap((one, i) => {
    const first = meanings.indexOf(one);
    return first === i
      ? []
      : [
          {
            path: ["arms", i],
            message: `this arm is the same as "${spec.arms[first]?.name}" but for its name; expected something that differs`,
          },
        ];
  });
}

/** One spelling for `skills/x`, `./skills/x` and `skills/x/`. */
const plainPath = (written: string): string => path.normalize(`${written}/`);

/** Learned guidance with everything that is left open filled in; as written where that is not possible. */
function learnedMeaning(spec: ExperimentSpec, { name, guidance }: ArmSpec): unknown {
  if (!isLearned(guidance) || guidance.kind === "irrelevant" || guidance.kind === "shuffled") return guidance;
  try {
    const settings = resolveSettings(spec, name, guidance);
    const start = typeof settings.start === "string" ? settings.start : { skill: plainPath(settings.start.skill) };
    return { ...guidance, ...settings, start, records: settings.records?.map(plainPath) };
  } catch (error) {
    if (error instanceof UsageError) return guidance; // reported by itself
    throw error;
  }
}
