import { join } from "node:path";
import { analysesLineSchema, type Coverage, coverageSchema, lineageSchema, type SkillPatch } from "../../core/evolution.ts";
import { buildCoverage, type Unpatched } from "../../evolve/artifacts/build-coverage.ts";
import { replaceFolder, type Written } from "../../evolve/artifacts/replace-folder.ts";
import { writeEvolution } from "../../evolve/artifacts/write-evolution.ts";
import type { Consolidation } from "../../evolve/consolidate/consolidate.ts";
import { type Accounted, coverSteps } from "../../evolve/sequential/cover-steps.ts";
import type { SequentialResult } from "../../evolve/sequential/evolve-sequentially.ts";
import { sequentialRecordSchema } from "../../evolve/sequential/sequential-record.ts";
import { diffSkills } from "../../skill/edit/diff-skills.ts";
import type { SkillFile } from "../../skill/read-directory.ts";
import type { Skill } from "../../skill/read-skill.ts";
import { replaceFile } from "../../store/durable.ts";
import type { LearnContext } from "./context.ts";
import type { Evolution } from "./evolution.ts";
import { detailOf, type Proposal, type Study } from "./study.ts";

/** Folder of one evolution. */
export const evolutionDir = ({ context, arm, seed }: Pick<Evolution, "context" | "arm" | "seed">): string =>
  join(context.dir, "evolutions", arm, `s${seed}`);

/** Writes what a parallel evolution leaves behind: patches, merge tree, lineage, coverage, changelog, diff and the skill, and what else belongs beside them. */
export async function writeEvolved(
  dir: string,
  {
    proposals,
    patches,
    consolidation,
  }: { readonly proposals: readonly Proposal[]; readonly patches: readonly SkillPatch[]; readonly consolidation: Consolidation },
  beside: readonly Written[] = [],
): Promise<void> {
  const joined = new Set(patches.map(({ id }) => id));
  const { mergeTree, lineage, departures, made, changelog, diff, files } = consolidation;
  const coverage = buildCoverage({
    episodes: proposals.map((one) => accountOf(one, joined)),
    patches,
    unpatched: proposals.flatMap((one) => unpatchedOf(one, joined)),
    nodes: mergeTree.nodes,
    made,
    applied: lineage.edits,
    departures,
  });
  await writeEvolution(dir, { patches, mergeTree, lineage, coverage, changelog, diff, files }, beside);
}

function accountOf(proposal: Proposal, joined: ReadonlySet<string>): Coverage["episodes"][number] {
  const { study } = proposal;
  const base = { task: study.task.id, episode: study.episode, source: study.source };
  if (proposal.state === "patched") {
    if (joined.has(proposal.patch.id)) return { ...base, state: "patched", patch: proposal.patch.id };
    return { ...base, ...late };
  }
  const reason = study.state === "rejected" ? study.why : undefined;
  const note = reason === undefined ? (proposal.why ?? study.why) : detailOf(study);
  if (study.state === "not-asked" || study.state === "rejected") return { ...base, state: study.state, reason, note };
  if (proposal.state === "no-edits") return { ...base, state: "no-edits", note };
  return { ...base, state: proposal.state === "unreadable" ? "unreadable-patch" : "errored", note };
}

/** Lessons that reached no patch, or one that came too late. */
function unpatchedOf(proposal: Proposal, joined: ReadonlySet<string>): Unpatched[] {
  const { study } = proposal;
  const lessons = study.result?.outcome.lessons ?? [];
  if (lessons.length === 0 || (proposal.state === "patched" && joined.has(proposal.patch.id))) return [];
  const { reason, note } = accountOf(proposal, joined);
  return [{ patch: study.id, lessons, state: study.state === "rejected" ? "rejected" : "no-edit", note: reason ?? note }];
}

/** Writes what a sequential evolution leaves behind: its steps, lineage, coverage, changelog, diff, the skill and its checkpoints. */
export async function writeSequential(
  evolution: Evolution,
  {
    start,
    evolved,
    studies,
    joined,
  }: {
    readonly start: Skill;
    readonly evolved: SequentialResult;
    readonly studies: readonly Study[];
    readonly joined: ReadonlySet<string>;
  },
): Promise<void> {
  const { record, lineage, checkpoints, files } = evolved;
  const coverage = coverSteps(
    studies.map((study) => accountOfStudy(study, joined)),
    evolved,
  );
  const changes = record.steps.flatMap((step) => (step.state === "edited" ? step.changelog.map((line) => `- ${step.id}: ${line}\n`) : []));
  await replaceFolder(evolutionDir(evolution), [
    { path: "sequential.json", bytes: json(sequentialRecordSchema.parse(record)) },
    { path: "lineage.json", bytes: json(lineageSchema.parse(lineage)) },
    { path: "coverage.json", bytes: json(coverageSchema.parse(coverage)) },
    { path: "changelog.md", bytes: `# Changes\n\n${changes.join("")}` },
    { path: "diff.patch", bytes: diffSkills(start.files, files) },
    ...inFolder("skill", files),
    ...checkpoints.flatMap((one) => inFolder(`checkpoints/${one.after}`, one.files)),
  ]);
}

/** Writes what is left of a sequential evolution that had nothing to evolve from: the account of its episodes, and the start skill. */
export async function writeNotEdited(
  evolution: Evolution,
  start: Skill,
  studies: readonly Study[],
  joined: ReadonlySet<string>,
): Promise<void> {
  const coverage = coverSteps(
    studies.map((study) => accountOfStudy(study, joined)),
    null,
  );
  await replaceFolder(evolutionDir(evolution), [
    { path: "coverage.json", bytes: json(coverageSchema.parse(coverage)) },
    ...inFolder("skill", start.files),
  ]);
}

const late = { state: "errored", note: "settled after the analyses were joined; --refreeze takes it in" } as const;

function accountOfStudy(study: Study, joined: ReadonlySet<string>): Accounted {
  const { position, task, episode, source, state, why } = study;
  const base = { task: task.id, episode, source };
  const lessons = study.result?.outcome.lessons ?? [];
  if (state === "accepted") return { position, lessons, account: { ...base, ...(joined.has(episode) ? { state: "worked-in" } : late) } };
  return { position, lessons, account: { ...base, state, ...(state === "rejected" ? { reason: why } : {}), note: detailOf(study) } };
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** Writes what the analysts said, one line an episode, beside what was made of it. */
export async function writeAnalyses(evolution: Evolution, studies: readonly Study[]): Promise<void> {
  await replaceFile(join(evolutionDir(evolution), "analyses.jsonl"), analysesLines(studies));
}

/** `analyses.jsonl`: what the analysts said, one line an episode. */
export function analysesLines(studies: readonly Study[]): string {
  const lines = studies.map(({ task, episode, source, state, why, key, result }) => {
    const path = result?.outcome.state === "accepted" ? result.outcome.path : undefined;
    return JSON.stringify(
      analysesLineSchema.parse({ v: 1, task: task.id, episode, source, state, why, key, lessons: result?.outcome.lessons ?? [], path }),
    );
  });
  return lines.map((line) => `${line}\n`).join("");
}

/** Writes a skill that has no lineage: it was written in one go. */
export async function writeSkillOnly(evolution: Evolution, skill: Skill): Promise<void> {
  await replaceFolder(evolutionDir(evolution), inFolder("skill", skill.files));
}

/** Writes a skill that was made without an evolution of its own. */
export async function writeControl(context: LearnContext, arm: string, skill: Skill): Promise<void> {
  await replaceFolder(join(context.dir, "controls", arm), inFolder("skill", skill.files));
}

const inFolder = (folder: string, files: readonly SkillFile[]) =>
  files.map(({ path, bytes, mode }) => ({ path: `${folder}/${path}`, bytes, mode }));
