import type { EvolutionSettings } from "../../core/evolution-presets.ts";
import type { LedgerRow } from "../../core/ledger-rows.ts";
import type { Engine } from "../../engine/engine.ts";
import { openAuthor } from "../../evolve/call/open-author.ts";
import { allForms } from "../../evolve/forms.ts";
import type { Skill } from "../../skill/read-skill.ts";
import type { Parts } from "../parts.ts";
import { playRole } from "./author-roles.ts";
import type { Consolidating } from "./evolution.ts";
import { type EvolvedStudies, evolveStudies } from "./learn-evolved.ts";
import { noteStudy } from "./note-study.ts";
import { noPrograms } from "./step-programs.ts";
import { patchId, type Study } from "./study.ts";
import { type Base, studyLog } from "./study-episodes.ts";
import { countedAuthor, openTally } from "./tally.ts";

/** A run of somebody's agent that a skill is to be learned from. */
export interface LogToStudy {
  /** Hash of what the run holds: lineage and coverage call it so. */
  readonly episode: string;
  readonly task: string;
  /** Which analyst studies it; undefined where nobody knows how it ended. */
  readonly source: "error" | "success" | undefined;
  readonly log: string;
}

export interface LogLearning {
  /** For people and rows. */
  readonly name: string;
  readonly parts: Pick<Parts, "store" | "models">;
  readonly engine: Engine;
  readonly settings: EvolutionSettings;
  readonly seed: number;
  readonly start: Skill;
  readonly logs: readonly LogToStudy[];
  readonly refreeze: boolean;
  readonly note: (row: LedgerRow) => void;
}

/** An evolution over logs; it has no benchmark, and the author plays every role. */
export function openLogEvolution({ name, parts, engine, settings, seed, refreeze, note }: LogLearning): Consolidating {
  const experiment = { roles: {} };
  const tally = openTally();
  return {
    settings,
    arm: name,
    seed,
    tally,
    programs: noPrograms,
    context: { experiment, parts, engine, refreeze, note },
    author: (stage, affinity) =>
      countedAuthor(
        openAuthor({
          engine: engine.near(affinity),
          blobs: parts.store.blobs,
          role: (role) => playRole(experiment, settings, role, parts),
          seed,
          rounds: settings.reply_rounds,
          forms: allForms,
        }),
        tally,
        stage,
      ),
  };
}

/** One call on every log whose end is known, a patch for what it gives, and all of them merged. Nothing certifies what analysts say: there is no benchmark to try a fix on. */
export async function learnFromLogs(learning: LogLearning, evolution: Consolidating): Promise<EvolvedStudies> {
  const { start, logs, settings } = learning;
  const studies = logs.map(async (log, position) => {
    const study = await studyOne(evolution, start, log, position);
    noteStudy(evolution, study, "single-call");
    return study;
  });
  // A stop rejects all of them; whoever awaits the first one hears of it.
  for (const study of studies) study.catch(() => undefined);
  // The name of a log does not hold what its analyst was shown besides, as a rollout key does.
  const about = { start: start.hash, logs: logs.map(({ source, log }) => [source ?? null, log.length]), writers: settings.sizes };
  return await evolveStudies(evolution, start, studies, about);
}

/** The analyst's work on one log; memoised. */
export async function studyOne(evolution: Consolidating, start: Skill, log: LogToStudy, position: number): Promise<Study> {
  const task = { id: log.task, cluster: log.task, slots: {} };
  const unjudged = { position, task, episode: log.episode, id: patchId(position), key: log.episode };
  const { source } = log;
  if (source === undefined) return { ...unjudged, state: "not-asked", why: "nobody knows how the run ended" };
  const base: Base = { ...unjudged, source };
  const { signals } = evolution.settings;
  if (signals !== "combined" && signals !== source) return { ...base, state: "not-asked", why: `only ${signals} signals are used` };
  return await studyLog(evolution, start, base, log.log);
}
