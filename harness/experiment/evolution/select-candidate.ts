import { StoreError } from "../../core/errors.ts";
import type { LedgerEvolution } from "../../core/ledger-rows.ts";
import { all } from "../../engine/all.ts";
import { playRole } from "./author-roles.ts";
import type { Candidate } from "./learning.ts";
import { authorArm, runEpisode } from "./run-episodes.ts";

type Validation = NonNullable<LedgerEvolution["validation"]>;

/** Candidates with what validation said of them; exactly one is selected. */
export interface Selection {
  readonly selected: Candidate;
  readonly validations: ReadonlyMap<Candidate, Validation>;
}

/**
 * The candidate whose guidance does best on the evolve split with the author as solver (mean score of the primary scorer over the tasks that every candidate could be
 * judged on; ties go to the earlier seed). A single candidate, and `by: first`, are taken without spending anything. Equal guidance is validated once.
 */
export async function selectCandidate(candidates: readonly Candidate[]): Promise<Selection> {
  const [first] = candidates;
  if (first === undefined) throw new TypeError("selectCandidate: no candidate");
  if (candidates.length === 1 || first.evolution.settings.select.by === "first") return { selected: first, validations: new Map() };
  const scores = await all(candidates.map(validate));
  const common = [...(scores[0]?.keys() ?? [])].filter((task) => scores.every((of) => of.has(task)));
  if (common.length === 0)
    throw new StoreError(
      `the candidates of arm ${first.evolution.arm} could not be validated: there is no task that all of them could be judged on; run again with --retry-errors`,
    );
  const validations = new Map<Candidate, Validation>();
  for (const [i, candidate] of candidates.entries()) {
    const values = common.map((task) => scores[i]?.get(task) ?? 0);
    validations.set(candidate, {
      value: values.reduce((a, b) => a + b, 0) / values.length,
      tasks: common.length,
    });
  }
  const selected = candidates.reduce((best, one) =>
    (validations.get(one)?.value ?? 0) > (validations.get(best)?.value ?? 0) ? one : best,
  );
  return { selected, validations };
}

/** Scores by task id. All candidates are validated under the same rollout seed, so that they are compared on equal terms. */
async function validate({ evolution, outcome }: Candidate): Promise<ReadonlyMap<string, number>> {
  const { context, settings, benchmark } = evolution;
  const rollout = playRole(context.experiment, settings, "rollout", context.parts);
  const arm = { name: evolution.arm, guidance: { kind: "none" as const } };
  const text = `validated guidance of ${evolution.arm}, evolution seed ${evolution.seed}`;
  const guided = { arm, name: arm.name, label: arm.name, guidanceText: text, guidance: outcome.guidance };
  const author = await authorArm(context, { name: `validating ${evolution.arm}@s${evolution.seed}`, guided, rollout, benchmark });
  const seed = context.experiment.seeds.rollout[0] ?? 0;
  const episodes = await all(
    evolution.validation.map((task) => runEpisode(context, author, task, benchmark.tasks.indexOf(task), { seed, purpose: "select" })),
  );
  for (const { row } of episodes) evolution.tally.add("validation", row.key, row.usage, row.volatile?.costUsd);
  return new Map(episodes.flatMap(({ task, score }) => (score === undefined ? [] : [[task.task.id, score.value]])));
}
