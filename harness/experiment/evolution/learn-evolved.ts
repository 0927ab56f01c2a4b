import type { SkillPatch } from "../../core/evolution.ts";
import type { Json } from "../../core/json.ts";
import { all } from "../../engine/all.ts";
import { type Consolidation, consolidate } from "../../evolve/consolidate/consolidate.ts";
import { type Skill, skillOfFiles } from "../../skill/read-skill.ts";
import type { Consolidating } from "./evolution.ts";
import { joinStudies } from "./join-studies.ts";
import type { Learning, Outcome } from "./learning.ts";
import { mergeTroubles } from "./program-troubles.ts";
import { startSkill } from "./start-guidance.ts";
import { whoPlays } from "./step-programs.ts";
import type { Proposal, Study } from "./study.ts";
import { proposePatch, studyEpisodes } from "./study-episodes.ts";
import { evolutionDir, writeEvolved } from "./write-artifacts.ts";

/** Patches of all episodes against one start skill, merged and applied. */
export async function learnEvolved(learning: Learning): Promise<Outcome> {
  const { evolution } = learning;
  const start = startSkill(learning.start, evolution.arm);
  const evolved = await evolveStudies(evolution, start, await studyEpisodes(learning));
  await writeEvolved(evolutionDir(evolution), evolved);
  const { skill, consolidation, proposals, patches } = evolved;
  const troubles = evolution.settings.merge.command === undefined ? undefined : mergeTroubles(evolution.arm, consolidation.mergeTree.nodes);
  if (troubles !== undefined) evolution.context.say(troubles);
  return {
    guidance: { kind: "skill", skill },
    result: skill.hash,
    state: consolidation.state,
    note: consolidation.state === "refused" ? consolidation.findings.map(({ message }) => message).join(" ") : undefined,
    studies: proposals.map(({ study }) => study),
    patches: patches.length,
    editsProposed: patches.reduce((sum, patch) => sum + patch.edits.length, 0),
    editsApplied: appliedLeaves(patches, consolidation),
  };
}

/** A skill with everything it was made of. */
export interface EvolvedStudies {
  readonly skill: Skill;
  readonly proposals: readonly Proposal[];
  /** Those that were joined. */
  readonly patches: readonly SkillPatch[];
  readonly consolidation: Consolidation;
}

/** A patch for every study against one start skill, merged and applied. `about`: what tells these studies from others of the same episodes. */
export async function evolveStudies(
  evolution: Consolidating,
  start: Skill,
  studies: readonly Promise<Study>[],
  about?: Readonly<Record<string, Json>>,
): Promise<EvolvedStudies> {
  const { settings, seed } = evolution;
  const proposals = await all(studies.map(async (study) => proposePatch(evolution, start, await study)));
  const { joined, id } = await joinStudies(
    evolution,
    proposals.map((one) => ({ study: one.study, settled: one.state !== "errored" })),
    ["error-analyst", "success-analyst", "patch-writer"],
    about,
  );
  const patches = proposals.flatMap((one) => (one.state === "patched" && joined.has(one.study.episode) ? [one.patch] : []));
  const asked = proposals.filter(({ study }) => study.state !== "not-asked").map(({ study }) => study.task.id);
  const consolidation = await consolidate({
    start: start.files,
    startHash: start.hash,
    patches,
    // What may still come holds its place; that an analysis was rejected is final.
    plan: proposals.filter((one) => one.state === "patched" || one.state === "errored").map(({ study }) => study.id),
    settings,
    author: evolution.author("consolidation", id),
    seed,
    tasks: new Set(asked).size,
  });
  const skill = consolidation.state === "evolved" ? skillOfFiles(consolidation.files, `evolved for arm ${evolution.arm}`) : start;
  noteMerges(evolution, patches, consolidation);
  return { skill, proposals, patches, consolidation };
}

/** How many of the proposed edits stand behind some applied one. */
export function appliedLeaves(patches: readonly SkillPatch[], { lineage }: Consolidation): number {
  const applied = new Set(lineage.edits.flatMap(({ leaves }) => leaves));
  return patches.flatMap(({ edits }) => edits).filter(({ id }) => applied.has(id)).length;
}

function noteMerges({ context, settings, arm, seed }: Consolidating, patches: readonly SkillPatch[], { mergeTree }: Consolidation): void {
  const merger = whoPlays("merger", context, settings);
  const sizes = new Map<string, number>(patches.map((patch) => [patch.id, patch.edits.length]));
  for (const node of mergeTree.nodes) {
    const departures: Record<string, number> = {};
    for (const { reason } of node.departures) departures[reason] = (departures[reason] ?? 0) + 1;
    context.note({
      type: "merge",
      v: 1,
      arm,
      seed,
      node: node.id,
      key: node.call,
      ...merger,
      level: node.level,
      inputs: node.inputs.length,
      state: node.state,
      editsIn: node.inputs.reduce((sum, id) => sum + (sizes.get(id) ?? 0), 0),
      editsOut: node.edits.length,
      departures,
    });
    sizes.set(node.id, node.edits.length);
  }
}
