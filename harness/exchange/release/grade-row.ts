import { canonicalJson, type Hash, hashJson } from "../../core/json.ts";
import { type LedgerEpisode, outcomeSchema, type Submission, type Task } from "../../core/record.ts";
import { resultOf } from "../../engine/engine.ts";
import { unitKey } from "../../engine/unit.ts";
import { scoreSpec } from "../../evaluate/score.ts";
import { importedFrom } from "./import-report.ts";
import type { ReleaseLog } from "./read-log.ts";
import type { SeedInput, TakenSeed } from "./seed-input.ts";

/** The ledger row of one imported episode, judged by every scorer of its benchmark. */
export async function gradeRow(
  { options, split, rep, model }: SeedInput,
  task: Task,
  submission: Submission,
  log: ReleaseLog | undefined,
  scorers: TakenSeed["scorers"],
): Promise<LedgerEpisode> {
  const { benchmark, store, engine, arm } = options;
  const put = (value: unknown): Promise<Hash> => store.blobs.put(Buffer.from(canonicalJson(value)));
  const sealed = await benchmark.seal(task, { dataDir: options.dataDir, blobs: store.blobs });
  const [taskHash, sealedHash, submissionHash] = await Promise.all([put(task), put(sealed), put(submission)]);
  const trajectory = log === undefined ? null : await put(log.trajectory);
  const scoring = hashJson({ imported: importedFrom, benchmark: benchmark.id, scorers, task: taskHash, sealed: sealedHash });
  const head = {
    type: "episode",
    v: 1,
    key: hashJson({ kind: "imported", from: importedFrom, arm, model, task: taskHash, rep, submission: submissionHash, trajectory }),
    arm,
    guidance: `imported, ${log?.trajectory.agent ?? "no log"}`,
    solver: model,
    benchmark: benchmark.id,
    split: split.id,
    task: task.id,
    cluster: task.cluster,
    ...(task.type === undefined ? {} : { taskType: task.type }),
    flags: [...task.flags],
    rep,
    simulated: split.synthetic ? ["tasks"] : [],
    imported: importedFrom,
    ...(log?.trajectory.exit === undefined ? {} : { exit: log.trajectory.exit }),
    trajectory,
    ...(log === undefined ? {} : { turns: log.turns ?? log.replies }),
    submission: submissionHash,
  } satisfies Partial<LedgerEpisode>;
  const outcomes: LedgerEpisode["outcomes"] = [];
  for (const scorer of scorers) {
    const spec = scoreSpec(benchmark.id, scorer, { task: taskHash, sealed: sealedHash, submission: submissionHash });
    const settled = await engine.run(spec);
    if (settled.state === "errored")
      return { ...head, state: "errored", outcomes: [], error: { class: settled.error.class, message: settled.error.message } };
    outcomes.push({ key: unitKey(spec), outcome: outcomeSchema.parse(resultOf(settled, outcomeSchema)) });
  }
  const primary = outcomes.find(
    ({ outcome }) => (outcome.state === "graded" ? outcome.score.scorer : outcome.scorer) === benchmark.defaultScorer,
  );
  return { ...head, state: primary?.outcome.state ?? "ungraded", scoring, outcomes };
}
