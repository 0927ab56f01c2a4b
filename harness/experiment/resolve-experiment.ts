import type { ExperimentSpec } from "../core/spec.ts";
import { type GuidedArm, guideArm, isLearned, type LearnedSpec } from "./guidance.ts";
import type { Parts } from "./parts.ts";
import { isSolverArm, type ResolvedArm, resolveArms } from "./resolve-arms.ts";
import { type ResolvedBenchmark, resolveBenchmark } from "./resolve-tasks.ts";
import { repetitionsOf } from "./slots.ts";

/** An arm of the config whose guidance has to be learned first. */
export interface LearnedArm {
  readonly arm: ExperimentSpec["arms"][number] & { readonly guidance: LearnedSpec };
}

/** An experiment with its tasks, arms and keys; everything a run does follows from this. */
export interface Resolved {
  readonly spec: ExperimentSpec;
  readonly benchmarks: readonly ResolvedBenchmark[];
  /** Arms whose guidance is at hand. */
  readonly guided: readonly GuidedArm[];
  /** Arms that wait for theirs; none of their slots are counted. */
  readonly learning: readonly LearnedArm[];
  readonly arms: readonly ResolvedArm[];
  readonly slotCount: number;
}

/** Loads, seals, hashes and checks everything; stores task, truth and arm records as blobs. Makes no model call. */
export async function resolveExperiment(spec: ExperimentSpec, parts: Parts): Promise<Resolved> {
  const benchmarks: ResolvedBenchmark[] = [];
  for (const one of spec.benchmarks) benchmarks.push(await resolveBenchmark(one, parts, repetitionsOf(spec, one)));
  const guided: GuidedArm[] = [];
  const learning: LearnedArm[] = [];
  for (const arm of spec.arms) {
    const { guidance } = arm;
    if (isLearned(guidance)) learning.push({ arm: { ...arm, guidance } });
    else guided.push(await guideArm(arm, parts));
  }
  return await withArms({ spec, benchmarks, learning }, guided, parts);
}

/** The experiment with what was learned: `learned` arms join in the order of the config, further ones of an arm behind it. */
export async function withLearned(resolved: Resolved, learned: readonly GuidedArm[], parts: Parts): Promise<Resolved> {
  const order = resolved.spec.arms.map((arm) => arm.name);
  const place = (one: GuidedArm): number => order.indexOf(one.arm.name);
  const all = [...resolved.guided, ...learned].sort((a, b) => place(a) - place(b));
  const done = new Set(learned.map((one) => one.arm.name));
  const learning = resolved.learning.filter(({ arm }) => !done.has(arm.name));
  return await withArms({ ...resolved, learning }, all, parts);
}

async function withArms(
  base: Pick<Resolved, "spec" | "benchmarks" | "learning">,
  guided: readonly GuidedArm[],
  parts: Parts,
): Promise<Resolved> {
  const { spec, benchmarks, learning } = base;
  const arms = await resolveArms(spec, guided, benchmarks, parts);
  const reps = ({ benchmark }: ResolvedArm): number => repetitionsOf(spec, benchmark.spec);
  const slotCount = arms.reduce((sum, arm) => sum + arm.benchmark.tasks.length * (isSolverArm(arm) ? reps(arm) : 1), 0);
  return { spec, benchmarks, guided, learning, arms, slotCount };
}
