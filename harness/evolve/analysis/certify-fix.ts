import type { Rejection } from "../../core/evolution.ts";
import { type Hash, sha256 } from "../../core/json.ts";
import type { Submission, Task } from "../../core/record.ts";
import type { Sealed } from "../../core/sealed.ts";
import { type AnalysisCase, isPass } from "./analysis-case.ts";
import { type FixPlace, runFix } from "./run-fix.ts";

/** `what` names the input it is about. `how` is a clause for the analyst, `detail` one for the record, which may say more. */
export type Certificate =
  | { readonly ok: true; readonly rechecks: number }
  | {
      readonly ok: false;
      readonly reason: Extract<Rejection, "fix-failed" | "fix-not-general" | "fix-carries-answer">;
      readonly what: string;
      readonly how: string;
      readonly detail: string;
    };

type Refused = Pick<Extract<Certificate, { ok: false }>, "reason" | "how" | "detail">;

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
 * nothing but held or not is told, not even what the script printed there: it could print the input, and a later fix could then be fitted to it. Nothing that the analyst made or printed is looked at. Throws infrastructure errors only.
 */
export async function certifyFix(script: Uint8Array, given: AnalysisCase, place: FixPlace, signal: AbortSignal): Promise<Certificate> {
  const carried = referenceFiles(given);
  const opaque = opaqueText(script);
  if (opaque !== undefined)
    return {
      ok: false,
      what: "the script itself",
      ...refusal("fix-carries-answer", `it holds ${opaque.length} signs of text that nobody can read ("${opaque.slice(0, 24)}…")`),
    };
  const own: Trial = { expect: "pass", what: "the task itself", task: given.task, sealed: given.sealed, own: true };
  const changed: Submission[] = [];
  for (const trial of [own, ...given.rechecks.map((recheck) => ({ ...recheck, own: false }))]) {
    signal.throwIfAborted();
    const refused = await judge(script, trial, { given, place, carried, changed }, signal);
    if (refused !== undefined) return { ok: false, what: trial.what, ...refused };
  }
  return { ok: true, rechecks: given.rechecks.length };
}

interface Court {
  readonly given: AnalysisCase;
  readonly place: FixPlace;
  /** Files by which the answer could be handed in unchanged. */
  readonly carried: ReadonlySet<Hash>;
  /** What the fix left on changed data so far; grows. */
  readonly changed: Submission[];
}

async function judge(script: Uint8Array, trial: Trial, court: Court, signal: AbortSignal): Promise<Refused | undefined> {
  const { given, place, carried, changed } = court;
  const { scorer, benchmark } = given;
  const wrong = trial.own ? "fix-failed" : "fix-not-general";
  const run = await runFix(script, trial.task, place, signal);
  if ("failed" in run) {
    const detail = run.said === "" ? run.failed : `${run.failed}, saying:\n${run.said}`;
    return { reason: wrong, how: trial.own ? detail : "it does not run to its end there, or leaves no result", detail };
  }
  const { submission } = run;
  if (submission.files.some(({ blob }) => carried.has(blob)))
    return refusal("fix-carries-answer", "a file it left is byte for byte a file of the reference");
  if (trial.expect === "differ") {
    // The truth of such a trial is the answer to the data as it was, at the places where that has become wrong.
    const outcome = await scorer.score(trial.task, trial.sealed, submission, place.blobs, signal);
    if (outcome.state !== "graded" || outcome.score.passed)
      return refusal("fix-carries-answer", "the data was changed, and the result stayed as it had been for the data before");
    const { task, sealed, what } = trial;
    const doubt = await benchmark.doubt?.({ expect: "differ", task, sealed, what }, submission, changed, place.blobs);
    changed.push(submission);
    if (doubt !== undefined) return refusal("fix-carries-answer", doubt);
    return sameFiles(submission, benchmark.nop(trial.task)) ? refusal(wrong, "it handed the input back untouched") : undefined;
  }
  const outcome = await scorer.score(trial.task, trial.sealed, submission, place.blobs, signal);
  if (isPass(outcome)) return undefined;
  const message =
    outcome.state === "graded" ? (outcome.score.message ?? "what it left is not right") : `it cannot be judged, ${outcome.reason}`;
  const detail = message.replace(/[.\s]+$/, "");
  return { reason: wrong, how: trial.own ? detail : "what it left there is not right", detail };
}

/** A long run of letters and digits, as packed or encoded data is written; undefined when there is none. A fix works things out from the input and needs none. */
function opaqueText(script: Uint8Array): string | undefined {
  return /[A-Za-z0-9+/_-]{120,}={0,2}/.exec(Buffer.from(script).toString("latin1"))?.[0];
}

function refusal(reason: Refused["reason"], how: string): Refused {
  return { reason, how, detail: how };
}

/** Every file by which the reference answer could be handed in unchanged. A result that was worked out is never the same file to the byte. */
function referenceFiles({ benchmark, task, sealed, rechecks, kit }: AnalysisCase): ReadonlySet<Hash> {
  const files = [...sealed.files, ...benchmark.oracle(task, sealed).files, ...rechecks.flatMap((recheck) => recheck.sealed.files)];
  return new Set([...files.map(({ blob }) => blob), ...(kit?.files ?? []).map(({ bytes }) => sha256(bytes))]);
}

function sameFiles(a: Submission, b: Submission): boolean {
  return a.files.length > 0 && a.files.every(({ path, blob }) => b.files.some((other) => other.path === path && other.blob === blob));
}
