import type { Blobs } from "../core/contract.ts";
import { canonicalJson, type Hash } from "../core/json.ts";
import { type LedgerEpisode, outcomeSchema, type RolloutResult, rolloutResultSchema, type Submission } from "../core/record.ts";
import { type Engine, resultOf, type Settled } from "../engine/engine.ts";
import { unitKey } from "../engine/unit.ts";
import { type RecalculateSpec, recalculateResultSchema, recalculateRev } from "../evaluate/recalculate-submission.ts";
import { type ScoreSpec, scoreSpec } from "../evaluate/score.ts";
import { rowHead, type Slot } from "./slots.ts";

/** `fresh`: whether the rollout itself was made now. `result`: of the rollout; undefined when the row is errored. */
export interface Evaluated {
  readonly row: LedgerEpisode;
  readonly fresh: boolean;
  readonly result?: RolloutResult;
}

/** Brings one slot to its ledger row: rollout, recalculation where asked for, every score. All of it falls to the share of the rollout. Throws Stopped when the run is being stopped before it is complete, and Elsewhere. */
export async function evaluateSlot(slot: Slot, engine: Engine, blobs: Blobs): Promise<Evaluated> {
  const head = rowHead(slot);
  const { run } = engine.near(unitKey(slot.spec));
  const rollout = await run(slot.spec);
  if (rollout.state === "errored") return { row: errored(head, rollout), fresh: false };
  const { fresh } = rollout;
  const result = resultOf(rollout, rolloutResultSchema);
  const recalculated = await recalculateSubmission(slot, result.submission, run);
  if ("state" in recalculated) return { row: { ...errored(head, recalculated), ...facts(result, rollout) }, fresh };
  const submission = await blobs.put(Buffer.from(canonicalJson(recalculated.submission)));
  const outcomes: LedgerEpisode["outcomes"] = [];
  for (const spec of scoreSpecs(slot, submission)) {
    const scored = await run(spec);
    if (scored.state === "errored") return { row: { ...errored(head, scored), ...facts(result, rollout) }, fresh };
    outcomes.push({ key: unitKey(spec), outcome: outcomeSchema.parse(scored.record.result) });
  }
  const primary = outcomes.find(({ outcome }) => scorerOf(outcome) === slot.arm.benchmark.primary);
  const row: LedgerEpisode = {
    ...head,
    state: primary?.outcome.state ?? "ungraded",
    ...facts(result, rollout),
    submission,
    scoring: slot.task.scoring,
    outcomes,
  };
  return { row, fresh, result };
}

const scorerOf = (outcome: LedgerEpisode["outcomes"][number]["outcome"]): string =>
  outcome.state === "graded" ? outcome.score.scorer : outcome.scorer;

function facts(result: RolloutResult, rollout: Extract<Settled, { state: "done" }>): Partial<LedgerEpisode> {
  return {
    exit: result.submission.exit,
    trajectory: result.trajectory,
    turns: result.turns,
    formatErrors: result.formatErrors,
    usage: result.usage,
    volatile: rollout.record.volatile,
  };
}

function errored(head: ReturnType<typeof rowHead>, settled: Extract<Settled, { state: "errored" }>): LedgerEpisode {
  return {
    ...head,
    state: "errored",
    trajectory: settled.error.trajectory,
    outcomes: [],
    error: { class: settled.error.class, message: settled.error.message },
  };
}

/** Score units of a slot for a scored submission, one per scorer. */
function scoreSpecs(slot: Slot, submission: Hash): ScoreSpec[] {
  const { benchmark, scorers } = slot.arm.benchmark;
  const { taskHash: task, sealedHash: sealed } = slot.task;
  return scorers.map((scorer) => scoreSpec(benchmark.id, scorer, { task, sealed, submission }));
}

async function recalculateSubmission(
  slot: Slot,
  submission: Submission,
  run: Engine["run"],
): Promise<{ submission: Submission } | Extract<Settled, { state: "errored" }>> {
  const { recalculate } = slot.arm.benchmark;
  // Reference answers are never recalculated: LibreOffice and Excel differ, and the cached values are the truth (oracle).
  if (recalculate === null || slot.arm.kind === "oracle") return { submission };
  const files = [];
  for (const file of submission.files) {
    if (!file.path.endsWith(".xlsx")) {
      files.push(file);
      continue;
    }
    const spec: RecalculateSpec = { kind: "recalculate", rev: recalculateRev, file: file.blob, libreoffice: recalculate };
    const settled = await run(spec);
    if (settled.state === "errored") return settled;
    const done = resultOf(settled, recalculateResultSchema);
    files.push(done.ok ? { ...file, blob: done.file, bytes: done.bytes } : file);
  }
  return { submission: { ...submission, files } };
}
