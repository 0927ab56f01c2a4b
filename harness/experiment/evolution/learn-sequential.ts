import { all } from "../../engine/all.ts";
import { evolveSequentially } from "../../evolve/sequential/evolve-sequentially.ts";
import type { Analysed } from "../../evolve/sequential/sequential-input.ts";
import { skillOfFiles } from "../../skill/read-skill.ts";
import { joinStudies } from "./join-studies.ts";
import type { Learning, Outcome } from "./learning.ts";
import type { TrajectorySpec } from "./settings.ts";
import { startSkill } from "./start-guidance.ts";
import type { Study } from "./study.ts";
import { studyEpisodes } from "./study-episodes.ts";
import { writeNotEdited, writeSequential } from "./write-artifacts.ts";

/** Edits the skill after every batch of trajectories, in task order, with the lessons of the same analysts that parallel evolution has. */
export async function learnSequential(learning: Learning, guidance: Extract<TrajectorySpec, { kind: "sequential" }>): Promise<Outcome> {
  const { evolution } = learning;
  const start = startSkill(learning.start, evolution.arm);
  const studies = await all(await studyEpisodes(learning));
  const { joined, id } = await joinStudies(
    evolution,
    studies.map((study) => ({ study, settled: study.state !== "errored" })),
    ["error-analyst", "success-analyst"],
  );
  const analysed = studies.filter((study) => joined.has(study.episode)).flatMap(asAnalysed);
  const common = { studies, patches: 0 };
  if (analysed.length === 0) {
    await writeNotEdited(evolution, start, studies, joined);
    return {
      ...common,
      guidance: { kind: "skill", skill: start },
      result: start.hash,
      state: "unchanged",
      note: "no analysis was accepted",
      editsProposed: 0,
      editsApplied: 0,
    };
  }
  const evolved = await evolveSequentially({
    start,
    analysed,
    settings: evolution.settings,
    batch: guidance.batch,
    checkpointEvery: guidance.checkpoint_every,
    finalConsolidation: guidance.final_consolidation,
    author: evolution.author("consolidation", id),
  });
  const skill = evolved.hash === start.hash ? start : skillOfFiles(evolved.files, `evolved for arm ${evolution.arm}`);
  await writeSequential(evolution, { start, evolved, studies, joined });
  const applied = evolved.record.steps.reduce((sum, step) => sum + step.edits.length, 0);
  return {
    ...common,
    guidance: { kind: "skill", skill },
    result: skill.hash,
    state: skill.hash === start.hash ? "unchanged" : "evolved",
    editsProposed: applied + evolved.departures.length,
    editsApplied: applied,
  };
}

/** The study as sequential editing takes it in; nothing where the analysis was not accepted. */
export function asAnalysed(study: Study): Analysed[] {
  if (study.state !== "accepted" || study.result?.outcome.state !== "accepted") return [];
  const { position, task, episode, source, key } = study;
  const { lessons, path } = study.result.outcome;
  return [{ position, task: task.id, episode, source, analysis: key, lessons, path }];
}
