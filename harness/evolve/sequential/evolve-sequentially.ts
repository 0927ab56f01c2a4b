/** The sequential rival of parallel evolution: the skill is edited after every few trajectories, each step building on the one before. */
import { UsageError } from "../../core/errors.ts";
import type { Departure, Lineage } from "../../core/evolution.ts";
import type { Hash } from "../../core/json.ts";
import type { SkillFile } from "../../skill/read-directory.ts";
import { skillHash } from "../../skill/read-skill.ts";
import { countingAuthor } from "../consolidate/ask-author.ts";
import type { SequentialInput } from "./sequential-input.ts";
import type { SequentialRecord, SequentialStep } from "./sequential-record.ts";
import { lineageOf, standingAt } from "./standing.ts";
import { consolidationStep, editStep, type StepContext, type StepTaken } from "./take-step.ts";

export interface SequentialResult {
  readonly files: readonly SkillFile[];
  readonly hash: Hash;
  readonly record: SequentialRecord;
  /** All departures of all steps, in order. */
  readonly departures: readonly Departure[];
  readonly lineage: Lineage;
  /** The skill behind every consolidation but the final one. */
  readonly checkpoints: readonly { readonly after: string; readonly files: readonly SkillFile[] }[];
}

/**
 * Evolves a skill trajectory by trajectory, strictly one call after the other. Calls that were answered before are not paid again, so a run that was stopped goes on
 * where it was and ends in the same bytes. A step whose reply cannot be used, or whose result fails the format check, leaves the skill as it was and is recorded so.
 * Throws UsageError for input without an analysis, and UnansweredCall when infrastructure kept a call from being answered: what follows would be another skill.
 */
export async function evolveSequentially(input: SequentialInput): Promise<SequentialResult> {
  const { start, analysed, batch, checkpointEvery } = input;
  if (!Number.isInteger(batch) || batch < 1)
    throw new UsageError(`a sequential evolution takes batches of one or more trajectories, not of ${batch}`);
  if (analysed.length === 0)
    throw new UsageError("there is no accepted analysis to evolve from; look into the coverage of the analyses for the reasons");
  const author = countingAuthor(input.author);
  const context: StepContext = { author, sizes: input.settings.sizes };
  const batches = Array.from({ length: Math.ceil(analysed.length / batch) }, (_, i) => analysed.slice(i * batch, (i + 1) * batch));
  const total = stepCount(batches.length, checkpointEvery, input.finalConsolidation);
  const steps: SequentialStep[] = [];
  const checkpoints: { after: string; files: readonly SkillFile[] }[] = [];
  let standing = standingAt(start);

  function take(taken: StepTaken): void {
    standing = taken.standing;
    steps.push(taken.step);
    input.onStep?.(taken.step, total);
  }
  /** What was changed since the skill was last put in order; a consolidation that failed has put nothing in order. */
  function changes(): readonly string[] {
    const last = steps.findLastIndex((step) => step.kind !== "batch" && ["edited", "no-edits"].includes(step.state));
    return steps.slice(last + 1).flatMap((step) => (step.state === "edited" ? step.changelog : []));
  }

  for (const [index, members] of batches.entries()) {
    const number = index + 1;
    take(await editStep(stepId("b", number), members, standing, context));
    if (!isCheckpoint(number, batches.length, checkpointEvery)) continue;
    const id = stepId("c", number);
    take(await consolidationStep(id, "consolidation", changes(), standing, context));
    checkpoints.push({ after: id, files: standing.files });
  }
  if (input.finalConsolidation) take(await consolidationStep("cf", "final-consolidation", changes(), standing, context));

  const skill = skillHash(standing.files);
  const kept = checkpoints.map(({ after, files }) => ({ after, skill: skillHash(files) }));
  const { finalConsolidation } = input;
  return {
    files: standing.files,
    hash: skill,
    record: { v: 1, start: start.hash, skill, batch, checkpointEvery, finalConsolidation, calls: author.calls(), steps, checkpoints: kept },
    departures: steps.flatMap((step) => step.departures),
    lineage: lineageOf(start.hash, skill, standing),
    checkpoints,
  };
}

/** Steps of an evolution over this many batches: their calls stand one behind the other, which is what its wall time is made of. */
export function stepCount(batches: number, checkpointEvery: number, finalConsolidation: boolean): number {
  const checkpoints = Array.from({ length: batches }, (_, i) => i + 1).filter((number) => isCheckpoint(number, batches, checkpointEvery));
  return batches + checkpoints.length + (finalConsolidation ? 1 : 0);
}

/** Behind the last batch there is no checkpoint: that skill is the result, and tidying it is the final consolidation's business. */
function isCheckpoint(number: number, of: number, every: number): boolean {
  return every > 0 && number % every === 0 && number < of;
}

const stepId = (letter: string, number: number): string => `${letter}${String(number).padStart(3, "0")}`;
