import { join, relative, resolve } from "node:path";
import { stringify } from "yaml";
import { findCandidates, type Subject } from "../attribution/ablation/candidates.ts";
import { benchmarkKey, effectsExperiment, wholeArm } from "../attribution/ablation/effects-experiment.ts";
import { type AblationBudget, fitBudget } from "../attribution/ablation/fit-budget.ts";
import { type Halves, holdOutClusters } from "../attribution/ablation/hold-out.ts";
import { type AblationPlan, ablationPlanSchema, attributionDir } from "../attribution/ablation/plan.ts";
import { type FoundSubject, findSubject } from "../attribution/subject.ts";
import { StoreError, UsageError } from "../core/errors.ts";
import type { LedgerEpisode } from "../core/record.ts";
import type { ArmSpec, ExperimentSpec } from "../core/spec.ts";
import { replaceFolder } from "../evolve/artifacts/replace-folder.ts";
import { openStore, type Store } from "../store/store.ts";
import { concludeEffects } from "./conclude-effects.ts";
import type { CliContext } from "./context.ts";
import { resultsDir } from "./context.ts";
import { exitCodes } from "./exit-codes.ts";
import { runCommand } from "./run-command.ts";
import { readStored, requireArm, type StoredExperiment } from "./stored-experiment.ts";

export interface AttributeOptions {
  readonly by?: string;
  readonly maxArms?: number;
  readonly maxEpisodes?: number;
  readonly maxCost?: number;
  readonly holdOut?: number;
  readonly pruneAtMost?: number;
  readonly solver?: readonly string[];
  readonly set: readonly string[];
  readonly limit?: number;
  readonly results?: string;
  readonly modelDir?: string;
  readonly dryRun?: boolean;
  readonly retryErrors?: boolean;
  readonly acceptDrift?: boolean;
  readonly unsandboxed?: boolean;
  readonly concurrency?: number;
  readonly childProcesses?: number;
  readonly json?: boolean;
}

const ways = ["all", "sections", "edits"] as const;

/**
 * `t2s attribute EXPERIMENT ARM`: measures what every section and edit of an arm's skill does by running the skill without it, through the engine and with the keys any
 * experiment with such arms has. Writes plan, skills and config first; with `dryRun` says what it would take. Returns the exit code of the run.
 */
export async function attributeCommand(name: string, arm: string, options: AttributeOptions, context: CliContext): Promise<number> {
  const by = ways.find((one) => one === (options.by ?? "all"));
  if (by === undefined) throw new UsageError(`--by ${options.by} is not known; choose one of ${ways.join(", ")}`);
  const results = resultsDir(context, options.results);
  const stored = await readStored(results, name);
  const spec = armSpecOf(stored, requireArm(stored, arm));
  const store = openStore(results);
  const subject = await subjectOf(stored, arm, store);
  if (subject.note !== undefined) context.err(`note: ${subject.note}\n`);
  const planned = planEffects(stored, { arm, spec, subject, by }, options);
  const dir = join(attributionDir(stored.dir, arm), "plan");
  const config = await writePlan(dir, planned, context);
  if (options.dryRun === true) context.out(planText(planned.plan));
  const { set, limit, modelDir, dryRun, retryErrors, acceptDrift, unsandboxed, concurrency, childProcesses } = options;
  const running = { set, limit, results, modelDir, dryRun, retryErrors, acceptDrift, unsandboxed, concurrency, childProcesses };
  // The tables of the arms say the same as the effects, arm by arm: they are written, but not shown here.
  const code = await runCommand(config, running, dryRun === true ? context : { ...context, out: () => undefined });
  if (dryRun === true) return code;
  if (code !== exitCodes.ok && code !== exitCodes.incomplete) return code;
  const atMost = (options.pruneAtMost ?? 0) / 100;
  await concludeEffects({ results, stored, arm, subject, plan: planned.plan, atMost, json: options.json === true }, context);
  return code;
}

function armSpecOf({ lock, name }: StoredExperiment, arm: string): ArmSpec {
  // Candidates of further evolution seeds are measured as `name@s42`.
  const spec = lock.spec.arms.find((one) => one.name === arm) ?? lock.spec.arms.find((one) => arm.startsWith(`${one.name}@`));
  if (spec === undefined) throw new StoreError(`lock.json of ${name} has no arm ${arm} in its spec; run the experiment's config again`);
  return spec;
}

async function subjectOf(stored: StoredExperiment, arm: string, store: Store): Promise<FoundSubject & { readonly hash: string }> {
  const skill = stored.lock.card.arms.find((one) => one.name === arm && one.record?.skill != null)?.record?.skill;
  if (skill == null)
    throw new UsageError(
      `arm ${arm} of ${stored.name} is guided by no skill, so there is nothing to take apart; choose one of ${withSkills(stored).join(", ") || "an experiment with skills"}`,
    );
  const learned = stored.learned.flatMap((row) => (row.type === "episode" && row.purpose === "evolve" ? [row] : []));
  const found = await findSubject(store, skill, { evolutions: join(stored.dir, "evolutions"), learned });
  return { ...found, hash: skill.hash };
}

const withSkills = ({ lock }: StoredExperiment): string[] => [
  ...new Set(lock.card.arms.filter(({ record }) => record?.skill != null).map(({ name }) => name)),
];

interface Planned {
  readonly plan: AblationPlan;
  readonly spec: (pathOf: (arm: string) => string) => ExperimentSpec;
  readonly skills: ReadonlyMap<string, Subject["files"]>;
}

function planEffects(
  stored: StoredExperiment,
  of: {
    readonly arm: string;
    readonly spec: ArmSpec;
    readonly subject: Subject & { readonly hash: string };
    readonly by: (typeof ways)[number];
  },
  options: AttributeOptions,
): Planned {
  const { name, measured } = stored;
  const { arm, subject } = of;
  const share = options.holdOut ?? 0;
  const rows = measured.filter((row) => row.arm === arm && (options.solver === undefined || options.solver.includes(row.solver)));
  if (rows.length === 0)
    throw new UsageError(
      `arm ${arm} of ${name} has no episode${options.solver === undefined ? "" : ` with ${options.solver.join(", ")}`}; it was measured with ${[...new Set(measured.filter((row) => row.arm === arm).map(({ solver }) => solver))].join(", ") || "nothing yet"}`,
    );
  const halves = holdOutClusters(rows, share);
  const each = costOf(rows, halves, options.limit);
  if (each.episodes === 0) throw new UsageError(`--hold-out ${share} leaves no task to measure effects on; choose a smaller share`);
  const budget: AblationBudget = { maxArms: options.maxArms, maxEpisodes: options.maxEpisodes, maxCostUsd: options.maxCost };
  const { arms, leftOut } = fitBudget(findCandidates(subject, of.by), budget, each);
  if (arms.length === 0)
    throw new UsageError(`the skill of arm ${arm} has no part that can be left out${of.by === "all" ? "" : `; try --by all`}`);
  const effects = `${name}.${arm.replace("@", ".")}.effects`;
  if (effects.length > 80)
    throw new UsageError(
      `${effects} is too long a name for an experiment (at most 80 characters); run the source experiment under a shorter name`,
    );
  const plan: AblationPlan = {
    format: "t2s-ablation-plan",
    v: 1,
    source: { experiment: name, arm, skill: subject.hash },
    experiment: effects,
    whole: wholeArm,
    arms: arms.map((one) => ({ name: one.name, skill: one.candidate.hash, parts: [...one.candidate.parts] })),
    budget: {
      maxArms: options.maxArms ?? null,
      maxEpisodes: options.maxEpisodes ?? null,
      maxCostUsd: options.maxCost ?? null,
      episodesPerArm: each.episodes,
      costPerArmUsd: each.costUsd,
    },
    leftOut: [...leftOut],
    heldOut: { share, tasks: [...halves.heldOut.values()].flat() },
  };
  return {
    plan,
    skills: new Map([[wholeArm, subject.files], ...arms.map((one) => [one.name, one.candidate.files] as const)]),
    spec: (pathOf) =>
      effectsExperiment(stored.lock.spec, {
        name: effects,
        title: `Effects of the parts of the skill of ${arm}, ${name}`,
        whole: { arm: of.spec, path: pathOf(wholeArm) },
        without: arms.map((one) => ({ name: one.name, candidate: one.candidate, path: pathOf(one.name) })),
        tasks: share === 0 ? undefined : halves.kept,
        solvers: options.solver,
        maxCostUsd: options.maxCost,
      }),
  };
}

/** Episodes of one arm on the tasks that are kept, and what those of the whole skill cost; null when that is not known of every one. */
function costOf(rows: readonly LedgerEpisode[], { kept }: Halves, limit: number | undefined): { episodes: number; costUsd: number | null } {
  const mine = rows.filter((row) => kept.get(benchmarkKey(row.benchmark, row.split))?.includes(row.task) === true);
  const tasks = [...kept.values()].reduce((sum, ids) => sum + ids.length, 0);
  const most = [...kept.values()].reduce((sum, ids) => sum + Math.min(ids.length, limit ?? ids.length), 0);
  const share = tasks === 0 ? 0 : most / tasks;
  const costs = mine.flatMap((row) => row.volatile?.costUsd ?? []);
  const cost = costs.reduce((sum, one) => sum + one, 0);
  return { episodes: Math.round(mine.length * share), costUsd: costs.length < mine.length ? null : cost * share };
}

/** Writes plan, skills and config as one folder; gives the config's path. */
async function writePlan(dir: string, { plan, spec, skills }: Planned, context: CliContext): Promise<string> {
  const pathOf = (arm: string): string => {
    const absolute = resolve(dir, "skills", arm);
    const inside = relative(context.projectRoot, absolute);
    return inside.startsWith("..") ? absolute : inside;
  };
  const about = `# Written by \`t2s attribute ${plan.source.experiment} ${plan.source.arm}\`: the skill of that arm, whole and without each part.\n`;
  await replaceFolder(dir, [
    { path: "plan.json", bytes: `${JSON.stringify(ablationPlanSchema.parse(plan), null, 1)}\n` },
    { path: "experiment.yaml", bytes: about + stringify(spec(pathOf)) },
    ...[...skills].flatMap(([arm, files]) =>
      files.map((file) => ({ path: `skills/${arm}/${file.path}`, bytes: file.bytes, mode: file.mode })),
    ),
  ]);
  return join(dir, "experiment.yaml");
}

function planText({ arms, budget, leftOut, source }: AblationPlan): string {
  const cost = budget.costPerArmUsd === null ? "" : `, about $${budget.costPerArmUsd.toFixed(2)} an arm`;
  const left = leftOut.map(({ part, why }) => `  not measured: ${part.kind} ${part.id}: ${why}\n`).join("");
  return `${arms.length} arms leave out a part of the skill of ${source.arm}, ${budget.episodesPerArm} episodes each${cost}; the whole skill's episodes are there already.\n${left}\n`;
}
