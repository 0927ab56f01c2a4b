/** Walks through learning without running anything, as far as the store carries. */
import { rolloutRev } from "../../evaluate/rollout.ts";
import { consolidate } from "../../evolve/consolidate/consolidate.ts";
import { evolveSequentially, stepCount } from "../../evolve/sequential/evolve-sequentially.ts";
import { rolloutKey } from "../slots.ts";
import { agenticAnalyst } from "./agentic-analyst.ts";
import { playRole } from "./author-roles.ts";
import type { Evolution } from "./evolution.ts";
import { importStudies } from "./import-studies.ts";
import { asAnalysed } from "./learn-sequential.ts";
import { rolesOf } from "./roles-of.ts";
import { authorArm, runEpisode } from "./run-episodes.ts";
import type { TrajectorySpec } from "./settings.ts";
import { type Start, startGuidance } from "./start-guidance.ts";
import { fromStore } from "./stored-only.ts";
import type { Proposal, Study } from "./study.ts";
import { proposePatch, studyEpisode } from "./study-episodes.ts";

/** A unit that is asked for once: `none` when nobody will, `open` while that hangs on something that was not run yet, else its key where the store lacks it. */
export type Step = "none" | "open" | "stored" | { readonly lacks: string };

/** One episode on its way to a patch. */
export interface Walked {
  /** Rollout key; null where an analysis is imported, or while the start skill is not drafted yet. */
  readonly rollout: string | null;
  readonly analysis: Step;
  readonly patch: Step;
  readonly study?: Study;
  readonly proposal?: Proposal;
}

export interface Walk {
  readonly start: Start | undefined;
  readonly walked: readonly Walked[];
}

/** How far one evolution seed has come. `evolution` is opened over an engine that runs nothing (`storedOnly`). */
export async function walkEpisodes(evolution: Evolution, guidance: TrajectorySpec): Promise<Walk> {
  const { context, settings, benchmark, seed, tasks } = evolution;
  const roles = rolesOf(guidance, settings);
  const studies = roles.includes("error-analyst") || roles.includes("success-analyst");
  const begun = await fromStore(() => startGuidance(evolution));
  const start = "there" in begun ? begun.there : undefined;
  const patches = guidance.kind === "evolved";
  const afterStudy = async (study: Study): Promise<Pick<Walked, "patch" | "study" | "proposal">> => {
    if (!patches || study.state !== "accepted") return { study, patch: "none" };
    const skill = start?.skill;
    if (skill === undefined) return { study, patch: "open" };
    const written = await fromStore(() => proposePatch(evolution, skill, study));
    return "there" in written ? { study, patch: "stored", proposal: written.there } : { study, patch: written };
  };
  if (settings.records !== undefined) {
    const imported = await importStudies(evolution, settings.records);
    const walked = imported.map(async (study): Promise<Walked> => ({ rollout: null, analysis: "none", ...(await afterStudy(study)) }));
    return { start, walked: await Promise.all(walked) };
  }
  const analysis: Step = studies ? "open" : "none";
  const patch: Step = studies && patches ? "open" : "none";
  if (start === undefined) return { start, walked: tasks.map(() => ({ rollout: null, analysis, patch })) };
  const rollout = playRole(context.experiment, settings, "rollout", context.parts);
  const arm = { name: evolution.arm, guidance: { kind: "none" as const } };
  const guided = { arm, name: arm.name, label: arm.name, guidanceText: start.text, guidance: start.guidance };
  const author = await authorArm(context, { name: arm.name, guided, rollout, benchmark });
  const analyst = studies ? await agenticAnalyst(evolution, start, author) : undefined;
  const walked = tasks.map(async (task): Promise<Walked> => {
    const rep = { seed, attempt: 0, replica: 0 };
    const key = rolloutKey({ kind: "rollout", rev: rolloutRev, arm: author.arm.key, task: task.publicHash, rep });
    const position = benchmark.tasks.indexOf(task);
    const ran = await fromStore(() => runEpisode(context, author, task, position, { seed, purpose: "evolve" }));
    if (analyst === undefined || "lacks" in ran) return { rollout: key, analysis, patch };
    const studied = await fromStore(() => studyEpisode(evolution, { skill: start.skill, analyst }, ran.there));
    if ("lacks" in studied) return { rollout: key, analysis: studied, patch };
    const study = studied.there;
    return { rollout: key, analysis: study.state === "not-asked" ? "none" : "stored", ...(await afterStudy(study)) };
  });
  return { start, walked: await Promise.all(walked) };
}

/** Merge calls or editing steps that are asked for in all, and how many of them are there; null while they hang on what was not run yet. */
export async function walkConsolidation(
  evolution: Evolution,
  guidance: TrajectorySpec,
  { start, walked }: Walk,
): Promise<{ readonly asked: number; readonly done: number } | null> {
  const skill = start?.skill;
  if (skill === undefined || walked.some(({ analysis, patch }) => !isSettled(analysis) || !isSettled(patch))) return null;
  if (guidance.kind === "sequential") return walkSteps(evolution, guidance, skill, walked);
  const proposals = walked.flatMap(({ proposal }) => proposal ?? []);
  const asked = walked.flatMap(({ study }) => (study === undefined || study.state === "not-asked" ? [] : [study.task.id]));
  const joined = await fromStore(() =>
    consolidate({
      start: skill.files,
      startHash: skill.hash,
      patches: proposals.flatMap((one) => (one.state === "patched" ? [one.patch] : [])),
      plan: proposals.filter((one) => one.state === "patched").map(({ study }) => study.id),
      settings: evolution.settings,
      author: evolution.author("consolidation", "read"),
      seed: evolution.seed,
      tasks: new Set(asked).size,
    }),
  );
  return "there" in joined ? { asked: joined.there.mergeTree.calls, done: joined.there.mergeTree.calls } : null;
}

const isSettled = (step: Step): boolean => step === "none" || step === "stored";

async function walkSteps(
  evolution: Evolution,
  guidance: Extract<TrajectorySpec, { kind: "sequential" }>,
  start: NonNullable<Start["skill"]>,
  walked: readonly Walked[],
): Promise<{ readonly asked: number; readonly done: number }> {
  const analysed = walked.flatMap(({ study }) => (study === undefined ? [] : asAnalysed(study)));
  const { batch, checkpoint_every: checkpointEvery, final_consolidation: finalConsolidation } = guidance;
  if (analysed.length === 0) return { asked: 0, done: 0 };
  const { settings } = evolution;
  let done = 0;
  const onStep = (): void => {
    done += 1;
  };
  const author = evolution.author("consolidation", "read");
  await fromStore(() => evolveSequentially({ start, analysed, settings, batch, checkpointEvery, finalConsolidation, author, onStep }));
  return { asked: stepCount(Math.ceil(analysed.length / batch), checkpointEvery, finalConsolidation), done };
}
