import type { Rejection } from "../../core/evolution.ts";
import { type Hash, sha256 } from "../../core/json.ts";
import type { Submission, Task } from "../../core/record.ts";
import type { Sealed } from "../../core/sealed.ts";
import { type AnalysisCase, isPass } from "./analysis-case.ts";
import { type FixPlace, runFix } from "./run-fix.ts";

/** `how` is a clause for the analyst; `what` names the input it is about. */
export type Certificate =
  | { readonly ok: true; readonly rechecks: number }
  | {
      readonly ok: false;
      readonly reason: Extract<Rejection, "fix-failed" | "fix-not-general" | "fix-carries-answer">;
      readonly what: string;
      readonly how: string;
    };

/** What a fix is tried on, in order: the task itself, then the rechecks. */
interface Trial {
  readonly expect: "pass" | "differ";
  readonly what: string;
  readonly task: Task;
  readonly sealed: Sealed;
  readonly own: boolean;
}

/**
 * Certifies a fix: it is run in clean boxes, without reference, log or kit, and the benchmark's own scorer judges what it leaves behind. It must solve the task itself and
 * every further input that can be solved, and must not hand in the reference answer where that is wrong. The first trial that does not hold decides. About further inputs
 * nothing but held or not is told, so that a fix cannot be fitted to them. Nothing that the analyst made or printed is looked at. Throws infrastructure errors only.
 */
export async function certifyFix(script: Uint8Array, given: AnalysisCase, place: FixPlace, signal: AbortSignal): Promise<Certificate> {
  const carried = referenceFiles(given);
  const own: Trial = { expect: "pass", what: "the task itself", task: given.task, sealed: given.sealed, own: true };
  for (const trial of [own, ...given.rechecks.map((recheck) => ({ ...recheck, own: false }))]) {
    signal.throwIfAborted();
    const refused = await judge(script, trial, given, place, carried, signal);
    if (refused !== undefined) return { ok: false, what: trial.what, ...refused };
  }
  return { ok: true, rechecks: given.rechecks.length };
}

async function judge(
  script: Uint8Array,
  trial: Trial,
  given: AnalysisCase,
  place: FixPlace,
  carried: ReadonlySet<Hash>,
  signal: AbortSignal,
): Promise<Pick<Extract<Certificate, { ok: false }>, "reason" | "how"> | undefined> {
  const { scorer, benchmark } = given;
  const wrong = trial.own ? "fix-failed" : "fix-not-general";
  const run = await runFix(script, trial.task, place, signal);
  if ("failed" in run) return { reason: wrong, how: run.said === "" ? run.failed : `${run.failed}, saying:\n${run.said}` };
  const { submission } = run;
  if (submission.files.some(({ blob }) => carried.has(blob)))
    return { reason: "fix-carries-answer", how: "a file it left is byte for byte a file of the reference" };
  if (trial.expect === "differ") {
    const outcome = await scorer.score(given.task, given.sealed, submission, place.blobs, signal);
    if (outcome.state !== "graded" || outcome.score.passed)
      return { reason: "fix-carries-answer", how: "the data was changed, and the result stayed as it had been for the data before" };
    return sameFiles(submission, benchmark.nop(trial.task)) ? { reason: wrong, how: "it handed the input back untouched" } : undefined;
  }
  const outcome = await scorer.score(trial.task, trial.sealed, submission, place.blobs, signal);
  if (isPass(outcome)) return undefined;
  if (!trial.own) return { reason: wrong, how: "what it left there is not right" };
  const message =
    outcome.state === "graded" ? (outcome.score.message ?? "what it left is not right") : `it cannot be judged, ${outcome.reason}`;
  return { reason: wrong, how: message.replace(/[.\s]+$/, "") };
}

/** Every file by which the reference answer could be handed in unchanged. A result that was worked out is never the same file to the byte. */
function referenceFiles({ benchmark, task, sealed, rechecks, kit }: AnalysisCase): ReadonlySet<Hash> {
  const files = [...sealed.files, ...benchmark.oracle(task, sealed).files, ...rechecks.flatMap((recheck) => recheck.sealed.files)];
  return new Set([...files.map(({ blob }) => blob), ...(kit?.files ?? []).map(({ bytes }) => sha256(bytes))]);
}

function sameFiles(a: Submission, b: Submission): boolean {
  return a.files.length > 0 && a.files.every(({ path, blob }) => b.files.some((other) => other.path === path && other.blob === blob));
}
