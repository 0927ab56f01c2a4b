import { readFile } from "node:fs/promises";
import { StoreError, UsageError } from "../../core/errors.ts";
import { draftSkill } from "../../evolve/draft/draft-skill.ts";
import { type Skill, skillOfFiles } from "../../skill/read-skill.ts";
import type { Guidance } from "../guidance.ts";
import type { ResolvedBenchmark } from "../resolve-tasks.ts";
import type { Evolution } from "./evolution.ts";

/** What the author starts from: a skill, or for some kinds of guidance nothing. */
export interface Start {
  readonly guidance: Guidance;
  readonly skill: Skill | undefined;
  /** For people and ledger rows: "skills/xlsx-human", "draft", "none". */
  readonly text: string;
}

/** Reads or drafts the start skill. Throws UsageError for a broken directory and StoreError when no usable draft came in all rounds. */
export async function startGuidance(evolution: Evolution): Promise<Start> {
  const { settings, context, benchmark } = evolution;
  if (settings.start === "none") return { guidance: { kind: "none" }, skill: undefined, text: "none" };
  if (settings.start !== "draft") {
    const skill = await context.parts.readSkill(settings.start.skill);
    return { guidance: { kind: "skill", skill }, skill, text: settings.start.skill };
  }
  const tasks = await aboutTasks(benchmark);
  const drafted = await draftSkill(evolution.author("drafting", `draft of ${settings.author}, seed ${evolution.seed}`), {
    name: draftName(benchmark.benchmark.id),
    tasks,
    sizes: settings.sizes,
  });
  if (drafted.state !== "drafted")
    throw new StoreError(`${settings.author} drafted no usable skill for arm ${evolution.arm}: ${drafted.note}`);
  const skill = skillOfFiles(drafted.files, `drafted by ${settings.author}`);
  return { guidance: { kind: "skill", skill }, skill, text: "draft" };
}

/** What a drafter is told of the tasks: what every agent of the benchmark is told, role and form of a task. No task and no trajectory. */
export function aboutTasks(benchmark: ResolvedBenchmark): Promise<string[]> {
  return Promise.all([benchmark.form.role, benchmark.form.prompt].map((path) => readFile(path, "utf8")));
}

/** Name a drafted skill has in its front matter. */
export const draftName = (benchmark: string): string => `${benchmark}-draft`;

/** The start skill of an arm that edits one. Throws UsageError when it starts from none. */
export function startSkill({ skill }: Start, arm: string): Skill {
  if (skill === undefined)
    throw new UsageError(`arm ${arm} edits a skill, but starts from none; give start "draft" or { skill: DIRECTORY }`);
  return skill;
}
