import type { Hash } from "../../core/json.ts";
import { canonicalJson } from "../../core/json.ts";
import type { LedgerEpisode, RolloutResult } from "../../core/record.ts";
import { armKey } from "../../evaluate/arm.ts";
import { evaluateSlot } from "../evaluate-slot.ts";
import type { GuidedArm } from "../guidance.ts";
import type { Parts } from "../parts.ts";
import { armRecord, type SolverArm } from "../resolve-arms.ts";
import type { ResolvedBenchmark, ResolvedTask } from "../resolve-tasks.ts";
import { rolloutSlot } from "../slots.ts";
import type { PlayedRole } from "./author-roles.ts";
import type { LearnContext } from "./context.ts";

/** One episode that a skill is learned from or validated with. */
export interface LearnedEpisode {
  /** Position of the task in the evolve split: merge groups are formed by it. */
  readonly position: number;
  readonly task: ResolvedTask;
  readonly row: LedgerEpisode;
  /** Undefined when the episode could not be measured. */
  readonly result: RolloutResult | undefined;
  /** Score of the primary scorer; undefined when errored or ungraded. */
  readonly score: { readonly value: number; readonly passed: boolean } | undefined;
}

/** The arm whose trajectories an evolution learns from: the author, guided by a skill, on the tasks it evolves on. */
export interface AuthorArm {
  readonly arm: SolverArm;
  readonly benchmark: ResolvedBenchmark;
}

/** The author as an arm of the evolve split. `name` is what its ledger rows are listed under. */
export async function authorArm(
  context: LearnContext,
  options: { readonly name: string; readonly guided: GuidedArm; readonly rollout: PlayedRole; readonly benchmark: ResolvedBenchmark },
): Promise<AuthorArm> {
  const { experiment, parts } = context;
  const { rollout, benchmark, guided, name } = options;
  const record = await armRecord(experiment, guided, benchmark, rollout.configured, parts, rollout.sampling);
  const key = await storeArm(parts, record);
  const arm: AuthorArm["arm"] = {
    name,
    label: name,
    guidance: guided.guidanceText,
    benchmark,
    kind: record.program === undefined ? "react" : "command",
    solver: rollout.configured.spec.name,
    simulated: rollout.configured.model.simulated,
    key,
    record,
    notesOf: guided.guidance.kind === "notes" ? guided.guidance.textOf : undefined,
  };
  return { arm, benchmark };
}

async function storeArm(parts: Parts, record: AuthorArm["arm"]["record"]): Promise<Hash> {
  await parts.store.blobs.put(Buffer.from(canonicalJson(record)));
  return armKey(record);
}

/** Runs (or finds) one episode of the author and brings it to its ledger row. */
export async function runEpisode(
  context: LearnContext,
  { arm }: AuthorArm,
  task: ResolvedTask,
  position: number,
  options: { readonly seed: number; readonly purpose: "evolve" | "select" },
): Promise<LearnedEpisode> {
  const slot = rolloutSlot(arm, task, { seed: options.seed, attempt: 0, replica: 0 });
  const { row, result } = await evaluateSlot(slot, context.engine, context.parts.store.blobs);
  const marked: LedgerEpisode = { ...row, purpose: options.purpose };
  context.note(marked);
  const outcome = row.outcomes
    .map((one) => one.outcome)
    .find((one) => one.state === "graded" && one.score.scorer === arm.benchmark.primary);
  const score = outcome?.state === "graded" ? { value: outcome.score.value, passed: outcome.score.passed } : undefined;
  return { position, task, row: marked, result, score };
}
