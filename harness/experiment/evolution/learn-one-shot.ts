import { StoreError } from "../../core/errors.ts";
import { hashJson } from "../../core/json.ts";
import { all } from "../../engine/all.ts";
import { chooseLogs } from "../../evolve/controls/trajectory-notes.ts";
import { draftSkill } from "../../evolve/draft/draft-skill.ts";
import { skillOfFiles } from "../../skill/read-skill.ts";
import type { Learning, Outcome } from "./learning.ts";
import { logsWithin, readLogs } from "./read-logs.ts";
import type { TrajectorySpec } from "./settings.ts";
import { aboutTasks, draftName } from "./start-guidance.ts";
import { writeSkillOnly } from "./write-artifacts.ts";

/** Control: the whole skill from one call that sees trajectories. Throws StoreError when no usable skill came in all rounds. */
export async function learnOneShot(
  { evolution, episodes }: Learning,
  guidance: Extract<TrajectorySpec, { kind: "one-shot" }>,
): Promise<Outcome> {
  const { benchmark, settings, seed } = evolution;
  const ended = await all(episodes);
  const known = await readLogs(evolution, ended);
  const logs = logsWithin(chooseLogs(known, known.length, seed), guidance.max_chars);
  const drafted = await draftSkill(evolution.author("drafting", hashJson(ended.map(({ row }) => row.key))), {
    name: draftName(benchmark.benchmark.id),
    tasks: await aboutTasks(benchmark),
    logs: logs.map(({ outcome, log }) => ({ outcome, text: log })),
    sizes: settings.sizes,
  });
  if (drafted.state !== "drafted")
    throw new StoreError(`${settings.author} wrote no usable skill in one call for arm ${evolution.arm}: ${drafted.note}`);
  const skill = skillOfFiles(drafted.files, `written by ${settings.author} in one call`);
  await writeSkillOnly(evolution, skill);
  return {
    guidance: { kind: "skill", skill },
    result: skill.hash,
    state: "evolved",
    studies: [],
    patches: 0,
    editsProposed: 0,
    editsApplied: 0,
  };
}
