import { type AnalysisResult, analysisResultSchema } from "../../core/evolution.ts";
import { trajectorySchema } from "../../core/record.ts";
import { resultOf } from "../../engine/engine.ts";
import { unitKey } from "../../engine/unit.ts";
import { renderLog } from "../../evolve/analysis/render-log.ts";
import { analyseByProgram } from "../../evolve/program/analyse-by-program.ts";
import { analyseByCall, type CallAnalysed } from "../../evolve/propose/analyse-by-call.ts";
import { patchFrom, writePatch } from "../../evolve/propose/write-patch.ts";
import { resolveEdit } from "../../skill/edit/resolve-edit.ts";
import type { Skill } from "../../skill/read-skill.ts";
import { readJsonBlob } from "../../store/blobs.ts";
import { type AgenticAnalyst, agenticAnalyst } from "./agentic-analyst.ts";
import type { Evolution } from "./evolution.ts";
import { importStudies } from "./import-studies.ts";
import type { Learning } from "./learning.ts";
import { noteStudy } from "./note-study.ts";
import type { LearnedEpisode } from "./run-episodes.ts";
import { programFor } from "./step-programs.ts";
import { type Proposal, patchId, type Study, type StudyBase } from "./study.ts";

/** Studies of all episodes, each begun as soon as its episode is there; in the order of the tasks. */
export async function studyEpisodes({ evolution, start, author, episodes }: Learning): Promise<readonly Promise<Study>[]> {
  if (evolution.settings.records !== undefined)
    return (await importStudies(evolution, evolution.settings.records)).map((study) => Promise.resolve(study));
  const analyst = await agenticAnalyst(evolution, start, author);
  const studies = episodes.map(async (episode) => studyEpisode(evolution, { skill: start.skill, analyst }, await episode));
  // A stop rejects all of them; whoever awaits the first one hears of it.
  for (const study of studies) study.catch(() => undefined);
  return studies;
}

/** The analyst's work on one episode; memoised. Throws Stopped and what stops a run. */
export async function studyEpisode(
  evolution: Evolution,
  start: { readonly skill: Skill | undefined; readonly analyst: AgenticAnalyst },
  episode: LearnedEpisode,
): Promise<Study> {
  const { settings } = evolution;
  const { position, row } = episode;
  const unjudged = { position, task: episode.task.task, episode: row.key, id: patchId(position), key: row.key };
  if (episode.score === undefined || episode.result === undefined)
    return row.state === "errored"
      ? { ...unjudged, state: "errored", why: "the episode could not be measured" }
      : { ...unjudged, state: "not-asked", why: "no scorer could judge the episode" };
  const source = episode.score.passed ? "success" : "error";
  const base: Base = { ...unjudged, source };
  const wanted = settings.signals === "combined" || settings.signals === source;
  if (!wanted) return { ...base, state: "not-asked", why: `only ${settings.signals} signals are used` };
  const program = programFor(settings, source === "error" ? "error-analyst" : "success-analyst") !== undefined;
  const analyst = program ? "program" : source === "error" ? settings.analysts.error : "single-call";
  const study = await evolution.context.analysing(analyst === "single-call" ? analyst : "agentic", () =>
    analyst === "agentic"
      ? studyInSandbox(evolution, start, base, episode)
      : studyTrajectory(evolution, start.skill, base, { episode, program }),
  );
  noteStudy(evolution, study, analyst);
  return study;
}

/** A study that is about to begin. */
export type Base = Pick<StudyBase, "position" | "task" | "episode" | "id" | "key"> & { readonly source: "error" | "success" };

async function studyInSandbox(
  evolution: Evolution,
  start: { readonly skill: Skill | undefined; readonly analyst: AgenticAnalyst },
  base: Base,
  episode: LearnedEpisode,
): Promise<Study> {
  const spec = await start.analyst.spec(episode);
  const settled = await evolution.context.engine.near(base.episode).run(spec);
  const key = unitKey(spec);
  if (settled.state === "errored") return { ...base, state: "errored", key, why: settled.error.message };
  const result = resultOf(settled, analysisResultSchema);
  evolution.tally.add("analyses", key, result.usage, settled.record.volatile.costUsd);
  return judged(base, key, result);
}

/** By one call of a model, or by somebody else's program: what there is of the episode is its trajectory. */
async function studyTrajectory(
  evolution: Evolution,
  skill: Skill | undefined,
  base: Base,
  { episode, program }: { readonly episode: LearnedEpisode; readonly program: boolean },
): Promise<Study> {
  const { parts } = evolution.context;
  const hash = episode.result?.trajectory;
  if (hash == null) return { ...base, state: "not-asked", key: base.episode, why: "the episode left no trajectory" };
  const trajectory = trajectorySchema.parse(await readJsonBlob(parts.store.blobs, hash));
  const log = renderLog(trajectory, { withSystem: false });
  if (!program) return studyLog(evolution, skill, base, log);
  const { analysts, without } = evolution.settings;
  const { source } = base;
  const asked = { source, trajectory, log, skill: skill?.files ?? [], maxLessons: analysts.max_lessons, without };
  return studied(base, await analyseByProgram(evolution.author("analyses", base.episode), asked));
}

/** A single-call analyst's work on a log; memoised. */
export async function studyLog(
  evolution: Pick<Evolution, "author" | "settings">,
  skill: Skill | undefined,
  base: Base,
  log: string,
): Promise<Study> {
  const answer = await analyseByCall(evolution.author("analyses", base.episode), {
    source: base.source,
    log,
    skill: skill?.files ?? [],
    maxLessons: evolution.settings.analysts.max_lessons,
    without: evolution.settings.without,
  });
  return studied(base, answer);
}

function studied(base: Base, answer: CallAnalysed): Study {
  return answer.state === "errored"
    ? { ...base, state: "errored", key: answer.key, why: answer.message }
    : judged(base, answer.key, answer.result);
}

function judged(base: Base, key: string, result: AnalysisResult): Study {
  const { outcome } = result;
  if (outcome.state === "accepted") return { ...base, state: "accepted", key, result };
  return { ...base, state: "rejected", key, result, why: outcome.reason };
}

/** The patch of an accepted study against the start skill; memoised. */
export async function proposePatch(evolution: Pick<Evolution, "author" | "settings">, skill: Skill, study: Study): Promise<Proposal> {
  const outcome = study.result?.outcome;
  if (study.state !== "accepted" || outcome?.state !== "accepted")
    return { study, state: study.state === "errored" ? "errored" : "none", why: study.why };
  const { id, episode, source, key } = study;
  const about = { id, task: study.task.id, episode, source, analysis: key, lessons: outcome.lessons, path: outcome.path };
  const { sizes, without } = evolution.settings;
  const written =
    outcome.patch === undefined
      ? await writePatch(evolution.author("patches", episode), { ...about, skill: skill.files, sizes, without })
      : patchFrom(about, outcome.patch, key);
  // Judged while other patches are still being written; the answers are remembered for when they are merged.
  if (written.state === "patched") for (const { edit } of written.patch.edits) resolveEdit(skill.files, edit);
  return written.state === "patched"
    ? { study, state: "patched", patch: written.patch }
    : { study, state: written.state, why: written.note };
}
