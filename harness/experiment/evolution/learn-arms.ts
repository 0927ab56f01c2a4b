import pLimit from "p-limit";
import { StoreError } from "../../core/errors.ts";
import type { LedgerRow } from "../../core/ledger-rows.ts";
import { all } from "../../engine/all.ts";
import type { Engine } from "../../engine/engine.ts";
import { Elsewhere } from "../../engine/shard.ts";
import { Stopped } from "../../engine/stop.ts";
import { UnansweredEmbedding } from "../../evolve/bank/endpoint-embedder.ts";
import { UnansweredCall } from "../../evolve/consolidate/ask-author.ts";
import { irrelevantSkill } from "../../evolve/controls/irrelevant-skill.ts";
import { shuffledSkill } from "../../evolve/controls/shuffled-skill.ts";
import type { Skill } from "../../skill/read-skill.ts";
import type { GuidedArm } from "../guidance.ts";
import type { Parts } from "../parts.ts";
import type { LearnedArm, Resolved } from "../resolve-experiment.ts";
import { type ResolvedBenchmark, resolveBenchmark } from "../resolve-tasks.ts";
import type { LearnContext } from "./context.ts";
import { openEvolution } from "./evolution.ts";
import { evolutionRow, learnCandidate } from "./learn-candidate.ts";
import type { Candidate } from "./learning.ts";
import { recheckInputs } from "./recheck-inputs.ts";
import { selectCandidate } from "./select-candidate.ts";
import { resolveSettings, type TrajectorySpec } from "./settings.ts";
import { writeControl } from "./write-artifacts.ts";

export interface LearnOptions {
  readonly dir: string;
  readonly engine: Engine;
  readonly refreeze: boolean;
  readonly note: (row: LedgerRow) => void;
  readonly say: (text: string) => void;
}

export interface Unlearned {
  readonly arm: string;
  readonly why: string;
  /** Nothing is amiss: the work of other shards is not here yet. */
  readonly elsewhere?: true;
}

/** Arms whose guidance is now at hand, and those where it could not be had, with a sentence each. */
export interface LearnedArms {
  readonly arms: readonly GuidedArm[];
  readonly unlearned: readonly Unlearned[];
  /** Some of `unlearned` would have been learned, had the run not been stopped. */
  readonly stopped: boolean;
}

/** More than that many analyses at once only wait for sandboxes and endpoints. */
const mostAnalyses = 4096;

/**
 * Learns every arm that waits for its guidance, all at once; what they have in common is one unit each and is paid for once. A stage that lacks results (StoreError) leaves
 * only its own arm unlearned, and so does a stop, whose arms were still under way. Throws whatever else stops a run.
 */
export async function learnArms(plan: Resolved, parts: Parts, options: LearnOptions): Promise<LearnedArms> {
  const context = openContext(plan, parts, options);
  const made = new Map<string, Promise<readonly GuidedArm[]>>();
  const learn = (one: LearnedArm): Promise<readonly GuidedArm[]> => {
    const known = made.get(one.arm.name) ?? learnArm(one, context, skillOf);
    made.set(one.arm.name, known);
    return known;
  };
  /** The skill another arm is measured with. */
  async function skillOf(name: string): Promise<Skill> {
    const waiting = plan.learning.find(({ arm }) => arm.name === name);
    const guided = waiting === undefined ? plan.guided : await learn(waiting);
    const guidance = guided.find((one) => one.name === name)?.guidance;
    if (guidance?.kind !== "skill") throw new StoreError(`arm ${name} is guided by no skill`);
    return guidance.skill;
  }
  const settled = await Promise.allSettled(plan.learning.map(learn));
  const unlearned: Unlearned[] = [];
  const arms: GuidedArm[] = [];
  let stopped = false;
  for (const [i, one] of settled.entries()) {
    const arm = plan.learning[i]?.arm.name ?? "";
    if (one.status === "fulfilled") arms.push(...one.value);
    else if (one.reason instanceof Stopped) {
      stopped = true;
      unlearned.push({ arm, why: "the run was stopped before it was" });
    } else if (one.reason instanceof Elsewhere) {
      unlearned.push({ arm, why: "it needs what falls to other shards", elsewhere: true });
    } else if (isMissing(one.reason)) {
      unlearned.push({ arm, why: one.reason.message });
      options.say(`arm ${arm} could not be learned: ${one.reason.message}`);
    } else throw one.reason;
  }
  return { arms, unlearned, stopped };
}

/** Whether an arm waits for something that a later run may bring. */
const isMissing = (reason: unknown): reason is Error =>
  reason instanceof StoreError || reason instanceof UnansweredCall || reason instanceof UnansweredEmbedding;

/** What learning needs of a plan. */
export function openContext(plan: Resolved, parts: Parts, options: LearnOptions): LearnContext {
  const loaded = new Map<string, Promise<ResolvedBenchmark>>();
  const most = Math.min(mostAnalyses, Math.max(...plan.learning.map(({ arm }) => analysesAtOnce(plan, arm))));
  // While one analysis by call is being written down, the next one may ask already; how many really ask at once is the endpoint's concurrency.
  const limits = { agentic: pLimit(most), "single-call": pLimit(2 * most) };
  return {
    experiment: plan.spec,
    parts,
    engine: options.engine,
    measured: plan.benchmarks,
    rechecks: recheckInputs(parts),
    note: options.note,
    say: options.say,
    dir: options.dir,
    refreeze: options.refreeze,
    analysing: (analyst, work) => limits[analyst](work),
    tasksOf: (id, split, most) => {
      const name = JSON.stringify([id, split, most ?? null]);
      const spec = plan.spec.benchmarks.find((one) => one.id === id);
      const { form, scorer, scorers, recalculate = "none" } = spec ?? {};
      const tasks = loaded.get(name) ?? resolveBenchmark({ id, split, form, scorer, scorers, recalculate, limit: most }, parts);
      loaded.set(name, tasks);
      return tasks;
    },
  };
}

function analysesAtOnce({ spec }: Resolved, { name, guidance }: LearnedArm["arm"]): number {
  return guidance.kind === "irrelevant" || guidance.kind === "shuffled" ? 1 : resolveSettings(spec, name, guidance).analysts.concurrency;
}

async function learnArm(
  { arm }: LearnedArm,
  context: LearnContext,
  skillOf: (name: string) => Promise<Skill>,
): Promise<readonly GuidedArm[]> {
  const { guidance, name } = arm;
  const common = { arm, name, label: arm.label ?? name };
  if (guidance.kind === "irrelevant" || guidance.kind === "shuffled") {
    const other = guidance.kind === "irrelevant" ? guidance.like : guidance.of;
    const model = await skillOf(other);
    const skill = guidance.kind === "irrelevant" ? irrelevantSkill(model, 0) : shuffledSkill(model, guidance.seed);
    await writeControl(context, name, skill);
    const guidanceText = guidance.kind === "irrelevant" ? `irrelevant text as long as ${other}` : `${other} with shuffled format`;
    return [{ ...common, guidanceText, guidance: { kind: "skill", skill } }];
  }
  const settings = resolveSettings(context.experiment, name, guidance);
  const candidates = await all(
    context.experiment.seeds.evolution.map(async (seed) => learnCandidate(await openEvolution(context, name, settings, seed), guidance)),
  );
  const { selected, validations } = await selectCandidate(candidates);
  for (const one of candidates) context.note(evolutionRow(one, { selected: one === selected, validation: validations.get(one) }));
  const text = (one: Candidate): string => describe(guidance, one);
  const chosen: GuidedArm = { ...common, guidanceText: text(selected), guidance: selected.outcome.guidance };
  if (settings.select.measure === "selected" || candidates.length === 1) return [chosen];
  const each = candidates.map((one): GuidedArm => {
    const { seed } = one.evolution;
    return {
      arm,
      name: `${name}@s${seed}`,
      label: `${common.label}, evolution seed ${seed}`,
      guidanceText: text(one),
      guidance: one.outcome.guidance,
    };
  });
  return [chosen, ...each];
}

function describe(guidance: TrajectorySpec, { evolution, start }: Candidate): string {
  const { settings, seed } = evolution;
  const signals = guidance.kind === "evolved" || guidance.kind === "sequential" ? `, ${settings.signals}` : "";
  return `${guidance.kind} by ${settings.author} from ${start.text}${signals}, evolution seed ${seed}`;
}
