import type { Benchmark, Blobs, Kit, Recheck, Scorer } from "../../core/contract.ts";
import { hashJson } from "../../core/json.ts";
import { type Outcome, type Submission, type Task, type TrajectoryRecord, taskSchema, trajectorySchema } from "../../core/record.ts";
import { type Sealed, sealedSchema } from "../../core/sealed.ts";
import { type ArmRecord, armRecordSchema } from "../../evaluate/arm.ts";
import { benchmarkOf } from "../../evaluate/reference-agents.ts";
import type { SkillFile } from "../../skill/read-directory.ts";
import { readJsonBlob } from "../../store/blobs.ts";
import type { EpisodeRecord } from "./analysis-record.ts";

/** A failed episode, read from the store. */
export interface AnalysisCase {
  readonly benchmark: Benchmark;
  readonly scorer: Scorer;
  readonly recalculate: string | null;
  readonly task: Task;
  readonly sealed: Sealed;
  readonly trajectory: TrajectoryRecord;
  readonly submission: Submission;
  readonly solver: ArmRecord;
  readonly rechecks: readonly Recheck[];
  readonly skill: readonly SkillFile[];
  /** `fix`: the task ends in files, and a script is certified. `restart`: it ends in words, and the solver is taken back. */
  readonly form: "fix" | "restart";
  readonly kit: Kit | undefined;
}

/** Reads what an episode's record refers to. Throws TypeError when this program's benchmark or scorer is not the one the record names. */
export async function readCase(
  record: EpisodeRecord,
  benchmarks: Readonly<Record<string, Benchmark>>,
  blobs: Blobs,
): Promise<AnalysisCase> {
  const benchmark = benchmarkOf(benchmarks, record.benchmark);
  const scorer = benchmark.scorers[record.scorer.id];
  if (scorer === undefined || scorer.rev !== record.scorer.rev || hashJson(await scorer.toolchain()) !== record.scorer.toolchain)
    throw new TypeError(
      `scorer ${record.scorer.id} of ${record.benchmark} is not here with revision ${record.scorer.rev} and the libraries it was planned with`,
    );
  const readTask = async (hash: string): Promise<Task> => taskSchema.parse(await readJsonBlob(blobs, hash));
  const readSealed = async (hash: string): Promise<Sealed> => sealedSchema.parse(await readJsonBlob(blobs, hash));
  const [task, sealed] = [await readTask(record.task), await readSealed(record.sealed)];
  const solver = armRecordSchema.parse(await readJsonBlob(blobs, record.solverArm));
  return {
    benchmark,
    scorer,
    recalculate: record.recalculate,
    task,
    sealed,
    trajectory: trajectorySchema.parse(await readJsonBlob(blobs, record.trajectory)),
    submission: record.submission,
    solver,
    rechecks: await Promise.all(
      record.rechecks.map(async ({ expect, what, ...other }) => ({
        expect,
        what,
        task: await readTask(other.task),
        sealed: await readSealed(other.sealed),
      })),
    ),
    skill: await Promise.all(
      record.skill.map(async ({ path, blob, mode }) => ({ path, bytes: await blobs.get(blob), mode: mode ?? 0o644 })),
    ),
    form: solver.harvest.length > 0 ? "fix" : "restart",
    kit: await benchmark.kit?.(task, sealed, blobs),
  };
}

/** Whether an outcome says that the submission is right. Ungraded is no pass: nothing was compared. */
export function isPass(outcome: Outcome): boolean {
  return outcome.state === "graded" && outcome.score.passed;
}

/**
 * Why nothing can be certified on this case, as a clause; undefined when something can. A fix is proof only where the reference answer passes, the untouched
 * start does not, at least one further input has to be solved, and at least one is such that the reference answer is wrong for it.
 */
export async function obstacle(given: AnalysisCase, blobs: Blobs, signal: AbortSignal): Promise<string | undefined> {
  const { benchmark, scorer, task, sealed, rechecks } = given;
  if (given.kit === undefined) return `benchmark ${benchmark.id} has no kit for analysts`;
  const reference = benchmark.oracle(task, sealed);
  if (!isPass(await scorer.score(task, sealed, reference, blobs, signal))) return "the reference answer does not pass its own scorer";
  const untouched = await scorer.score(task, sealed, benchmark.nop(task), blobs, signal);
  if (untouched.state !== "graded" || untouched.score.passed) return "the untouched start passes or cannot be graded";
  if (given.form === "restart") return undefined;
  if (rechecks.length === 0) return "there is no further input to certify a fix on";
  const toSolve = rechecks.filter(({ expect }) => expect === "pass");
  if (toSolve.length === 0) return "there is no further input that a fix would have to solve";
  if (toSolve.length < rechecks.length) return undefined;
  for (const { task: other, sealed: truth } of toSolve)
    if (!isPass(await scorer.score(other, truth, reference, blobs, signal))) return undefined;
  return "the reference answer is right for every further input, so a fix that carries it would not be noticed";
}
