/** Why the failed episodes of an experiment failed, from what is stored: no model, no sandbox, no data set. */
import pLimit from "p-limit";
import { z } from "zod";
import type { Benchmark, Blobs } from "../../core/contract.ts";
import { StoreError } from "../../core/errors.ts";
import { hashSchema, type LedgerEpisode, type Submission, submissionSchema, taskSchema, trajectorySchema } from "../../core/record.ts";
import { sealedSchema } from "../../core/sealed.ts";
import { readJsonBlob } from "../../store/blobs.ts";
import type { Store } from "../../store/store.ts";
import { countTools, type ToolUse } from "./count-tools.ts";
import { kindOfExit } from "./kinds.ts";

/** One episode as tables of failures see it. `kind` is null when it passed. */
export interface ReadEpisode {
  readonly row: LedgerEpisode;
  readonly passed: boolean;
  readonly kind: string | null;
  /** A clause, one line; "" where there is nothing to add. From models and data: show it as text only. */
  readonly detail: string;
  /** Absent when the trajectory is not stored. */
  readonly tools?: ToolUse;
}

const scoreSpec = z.looseObject({ kind: z.literal("score"), task: hashSchema, sealed: hashSchema });
const atOnce = 8;
const longest = 300;

/**
 * Reads every judged episode: its verdict under `scorerOf` its benchmark and split, how it ended, what was handed in, and what its benchmark says of it. Episodes that nobody
 * could judge are left out. Throws StoreError for what the store should have and has not.
 */
export async function readFailures(
  store: Pick<Store, "blobs" | "units">,
  rows: readonly LedgerEpisode[],
  options: {
    readonly benchmarks: Readonly<Record<string, Benchmark>>;
    readonly scorerOf: (row: LedgerEpisode) => string | undefined;
    readonly onRead?: () => void;
  },
): Promise<readonly ReadEpisode[]> {
  const limit = pLimit(atOnce);
  const read = rows.map((row) =>
    limit(async () => {
      const one = await readEpisode(store, row, options);
      options.onRead?.();
      return one;
    }),
  );
  return (await Promise.all(read)).filter((one) => one !== undefined);
}

async function readEpisode(
  store: Pick<Store, "blobs" | "units">,
  row: LedgerEpisode,
  options: Parameters<typeof readFailures>[2],
): Promise<ReadEpisode | undefined> {
  const scorer = options.scorerOf(row);
  const judged = row.outcomes.find(({ outcome }) => outcome.state === "graded" && outcome.score.scorer === scorer);
  if (judged?.outcome.state !== "graded") return undefined;
  const { score } = judged.outcome;
  const trajectory = row.trajectory == null ? undefined : trajectorySchema.parse(await readJsonBlob(store.blobs, row.trajectory));
  const tools = trajectory === undefined ? {} : { tools: countTools(trajectory) };
  if (score.passed) return { row, passed: true, kind: null, detail: "", ...tools };
  const found = await kindOf(store, row, judged.key, tools.tools, options.benchmarks);
  const detail = found.detail === "" ? (score.message ?? "") : found.detail;
  return { row, passed: false, kind: found.kind, detail: oneLineOf(detail), ...tools };
}

async function kindOf(
  store: Pick<Store, "blobs" | "units">,
  row: LedgerEpisode,
  scoreKey: string,
  tools: ToolUse | undefined,
  benchmarks: Readonly<Record<string, Benchmark>>,
): Promise<{ readonly kind: string; readonly detail: string }> {
  const exit = row.exit ?? "completed";
  if (exit === "refused") return { kind: "refused", detail: "" };
  const submission = row.submission === undefined ? undefined : submissionSchema.parse(await readJsonBlob(store.blobs, row.submission));
  const benchmark = benchmarks[row.benchmark];
  const { task, sealed } = await taskOf(store, scoreKey);
  const wanted = benchmark?.forms[task.form]?.harvest[0]?.path;
  const missing = submission === undefined ? { kind: "no-artifact" } : missingIn(submission, wanted, tools);
  if (missing !== undefined) return { detail: "", ...missing, kind: kindOfExit(exit) ?? missing.kind };
  const own = submission === undefined ? undefined : await benchmark?.failures?.classify(task, sealed, submission, store.blobs);
  return own ?? { kind: "wrong", detail: "" };
}

/** Task and truth of an episode, found by the unit that judged it. */
export async function taskOf(store: { readonly blobs: Blobs; readonly units: Store["units"] }, scoreKey: string) {
  const unit = await store.units.get(scoreKey);
  const spec = scoreSpec.safeParse(unit?.spec);
  if (!spec.success)
    throw new StoreError(`the score ${scoreKey} is not in the store; run the experiment's config again to have it made anew`);
  return {
    task: taskSchema.parse(await readJsonBlob(store.blobs, spec.data.task)),
    sealed: sealedSchema.parse(await readJsonBlob(store.blobs, spec.data.sealed)),
  };
}

function missingIn(
  submission: Submission,
  wanted: string | undefined,
  tools: ToolUse | undefined,
): { readonly kind: string; readonly detail?: string } | undefined {
  if (wanted === undefined) return (submission.answer ?? "").trim() === "" ? { kind: "no-answer" } : undefined;
  if (submission.files.some(({ path }) => path === wanted)) return undefined;
  const refused = submission.refused?.find(({ path }) => path === wanted);
  if (refused !== undefined) return { kind: "artifact-refused", detail: refused.reason };
  return { kind: tools?.lastFailed === true ? "gave-up-after-error" : "no-artifact" };
}

const oneLineOf = (text: string): string => {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= longest ? line : `${line.slice(0, longest - 1)}…`;
};
