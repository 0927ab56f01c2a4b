import type { ExperimentSpec } from "../core/spec.ts";
import type { Parts } from "./parts.ts";
import { type ResolvedArm, resolveArms } from "./resolve-arms.ts";
import { type ResolvedBenchmark, resolveBenchmark } from "./resolve-tasks.ts";

/** A config with everything it names found, loaded and hashed. */
export interface Resolved {
  readonly spec: ExperimentSpec;
  readonly benchmarks: readonly ResolvedBenchmark[];
  readonly arms: readonly ResolvedArm[];
  readonly slotCount: number;
}

/** Resolves a config; throws UsageError for whatever it names that is not there. Makes no model call. */
export async function resolveExperiment(spec: ExperimentSpec, parts: Parts): Promise<Resolved> {
  const benchmarks: ResolvedBenchmark[] = [];
  for (const one of spec.benchmarks) benchmarks.push(await resolveBenchmark(one, parts));
  const arms = await resolveArms(spec, benchmarks, parts);
  const reps = spec.seeds.rollout.length * spec.attempts * spec.replicas;
  const slotCount = arms.reduce((sum, arm) => sum + arm.benchmark.tasks.length * (arm.kind === "react" ? reps : 1), 0);
  return { spec, benchmarks, arms, slotCount };
}
