import { type Hash, sha256 } from "../core/json.ts";
import type { LedgerEpisode, Rep } from "../core/record.ts";
import type { BenchmarkSpec, ExperimentSpec } from "../core/spec.ts";
import { unitKey } from "../engine/unit.ts";
import { type NopSpec, type OracleSpec, referenceRev } from "../evaluate/reference-agents.ts";
import { type RolloutSpec, rolloutRev } from "../evaluate/rollout.ts";
import { slotName } from "../store/ledger.ts";
import { isSolverArm, type ResolvedArm, type SolverArm } from "./resolve-arms.ts";
import type { ResolvedTask } from "./resolve-tasks.ts";

/** One cell of the plan: an arm on a task in a rep, and the unit that fills it. */
export interface Slot {
  readonly arm: ResolvedArm;
  readonly task: ResolvedTask;
  readonly rep: Rep;
  readonly spec: RolloutSpec | NopSpec | OracleSpec;
  readonly key: Hash;
}

/** All slots of an experiment in a fixed order (rep, task, arm), made one at a time. Arms without a model have a single rep. */
export function* planSlots(experiment: ExperimentSpec, arms: readonly ResolvedArm[]): Iterable<Slot> {
  const benchmarks = [...new Set(arms.map((arm) => arm.benchmark))];
  const attempts = Math.max(...benchmarks.map((benchmark) => attemptsOf(experiment, benchmark.spec)));
  for (const [index, rep] of reps(experiment, attempts).entries()) {
    for (const benchmark of benchmarks) {
      if (rep.attempt >= attemptsOf(experiment, benchmark.spec)) continue;
      const its = arms.filter((arm) => arm.benchmark === benchmark && (isSolverArm(arm) || index === 0));
      for (const task of benchmark.tasks) {
        for (const arm of its) {
          yield slotOf(arm, task, rep);
        }
      }
    }
  }
}

const singleRep: Rep = { seed: 0, attempt: 0, replica: 0 };

/** Rollouts of one of a benchmark's tasks under one seed. */
export function attemptsOf(experiment: Pick<ExperimentSpec, "attempts">, benchmark: Pick<BenchmarkSpec, "attempts">): number {
  return benchmark.attempts ?? experiment.attempts;
}

/** Repetitions of one of a benchmark's tasks in an arm with a model. */
export function repetitionsOf(experiment: ExperimentSpec, benchmark: Pick<BenchmarkSpec, "attempts">): number {
  return experiment.seeds.rollout.length * attemptsOf(experiment, benchmark) * experiment.replicas;
}

function reps(experiment: ExperimentSpec, attempts: number): Rep[] {
  const all: Rep[] = [];
  for (let replica = 0; replica < experiment.replicas; replica += 1)
    for (const seed of experiment.seeds.rollout)
      for (let attempt = 0; attempt < attempts; attempt += 1) all.push({ seed, attempt, replica });
  return all;
}

/** The slot of an arm with a model on one task in one rep. */
export function rolloutSlot(arm: SolverArm, task: ResolvedTask, rep: Rep): Slot & { readonly spec: RolloutSpec } {
  const notes = arm.notesOf === undefined ? {} : { notes: arm.notesOf(task) };
  const spec: RolloutSpec = { kind: "rollout", rev: rolloutRev, arm: arm.key, task: task.publicHash, rep, ...notes };
  return { arm, task, rep, spec, key: rolloutKey(spec) };
}

function slotOf(arm: ResolvedArm, task: ResolvedTask, rep: Rep): Slot {
  if (isSolverArm(arm)) return rolloutSlot(arm, task, rep);
  const spec = referenceSpec(arm.kind, arm, task);
  return { arm, task, rep: singleRep, spec, key: unitKey(spec) };
}

/** `unitKey` of a rollout, with the canonical JSON written out: a table has hundreds of thousands of these (a test holds the two equal). */
export function rolloutKey({ arm, rev, task, rep, notes }: RolloutSpec): Hash {
  const noted = notes === undefined ? "" : `"notes":"${notes}",`;
  return sha256(
    `{"arm":"${arm}","kind":"rollout",${noted}"rep":{"attempt":${rep.attempt},"replica":${rep.replica},"seed":${rep.seed}},"rev":${rev},"task":"${task}"}`,
  );
}

/** Name of the slot as its ledger row has it. */
export function nameOfSlot({ arm, task, key }: Slot): string {
  return slotName({ arm: arm.name, benchmark: arm.benchmark.spec.id, split: arm.benchmark.spec.split, task: task.task.id, key });
}

function referenceSpec(kind: "oracle" | "nop", arm: ResolvedArm, task: ResolvedTask): NopSpec | OracleSpec {
  const { id } = arm.benchmark.benchmark;
  if (kind === "nop") return { kind: "nop", rev: referenceRev, benchmark: id, task: task.taskHash };
  return { kind: "oracle", rev: referenceRev, benchmark: id, task: task.taskHash, sealed: task.sealedHash };
}

/** The parts of a ledger row that the plan alone decides. */
export function rowHead(
  slot: Slot,
): Pick<
  LedgerEpisode,
  | "type"
  | "v"
  | "key"
  | "arm"
  | "guidance"
  | "solver"
  | "benchmark"
  | "split"
  | "task"
  | "cluster"
  | "taskType"
  | "flags"
  | "rep"
  | "simulated"
> {
  const { arm, task } = slot;
  return {
    type: "episode",
    v: 1,
    key: slot.key,
    arm: arm.name,
    guidance: arm.guidance,
    solver: arm.solver,
    benchmark: arm.benchmark.spec.id,
    split: arm.benchmark.spec.split,
    task: task.task.id,
    cluster: task.task.cluster,
    taskType: task.task.type,
    flags: [...task.task.flags],
    rep: slot.rep,
    simulated: [
      ...(isSolverArm(arm) && arm.simulated ? (["model"] as const) : []),
      ...(arm.benchmark.split.synthetic ? (["tasks"] as const) : []),
    ],
  };
}
