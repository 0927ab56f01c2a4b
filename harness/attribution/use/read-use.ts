/** Which files of its skill an agent opened and which sections it acted on, from a stored trajectory. */
import type { TrajectoryRecord } from "../../core/record.ts";
import type { SkillFile } from "../../skill/read-directory.ts";
import { codeWords, plainWords, type SectionMarks } from "./section-marks.ts";

/** How an episode used one section. */
export interface SectionUse {
  /** In the system prompt (SKILL.md), or one of its own lines stands in an observation (other files). */
  readonly displayed: boolean;
  /** After it was displayed, a command holds a code word, or commands and thoughts hold two words, of this section alone. */
  readonly actedOn: boolean;
}

export interface EpisodeUse {
  /** Paths of the skill's files that a command named, or whose lines an observation shows; SKILL.md is always shown and not listed. */
  readonly opened: readonly string[];
  /** In the order of the marks. */
  readonly sections: readonly SectionUse[];
}

const wordsNeeded = 2;

/**
 * Reads one trajectory against the marks of the skill. `common` are terms that say nothing: those of the task, of the rest of the system prompt, and of agents without the
 * skill. Whoever reads the result has to know that a term may come from elsewhere, and that a lesson can be followed in other words.
 */
export function readUse(
  trajectory: TrajectoryRecord,
  skill: { readonly files: readonly SkillFile[]; readonly marks: readonly SectionMarks[]; readonly loaded: boolean },
  common: ReadonlySet<string>,
): EpisodeUse {
  const task = new Set([...codeWords(trajectory.user), ...plainWords(trajectory.user)]);
  const shownAt = new Map<SectionMarks, number>();
  const opened = new Set<string>();
  const others = skill.files.map(({ path }) => path).filter((path) => path !== "SKILL.md");
  const seen = new Set<string>();
  const hits = skill.marks.map(() => ({ code: false, words: new Set<string>() }));
  for (const mark of skill.marks) if (mark.section.file === "SKILL.md" && skill.loaded) shownAt.set(mark, -1);
  for (const [at, step] of trajectory.steps.entries()) {
    const command = typeof step.action?.arguments.command === "string" ? step.action.arguments.command : "";
    for (const path of others) if (names(command, path)) opened.add(path);
    const code = codeWords(command).filter((word) => !seen.has(word));
    const words = plainWords(`${step.thought ?? ""}\n${command}`).filter((word) => !seen.has(word));
    for (const [i, mark] of skill.marks.entries()) {
      const hit = hits[i];
      if (hit === undefined || (shownAt.get(mark) ?? Number.POSITIVE_INFINITY) >= at) continue;
      const own = (word: string): boolean => !task.has(word) && !common.has(word);
      if (code.some((word) => mark.code.has(word) && own(word))) hit.code = true;
      for (const word of words) if ((mark.words.has(word) || mark.code.has(word)) && own(word)) hit.words.add(word);
    }
    const observation = step.observation ?? "";
    if (observation === "") continue;
    const fromSkill = skill.marks.filter((mark) => mark.lines.some((line) => observation.includes(line)));
    for (const mark of fromSkill) {
      if (!shownAt.has(mark)) shownAt.set(mark, at);
      if (mark.section.file !== "SKILL.md") opened.add(mark.section.file);
    }
    // What the agent reads in its data before it writes it says nothing about the skill.
    if (fromSkill.length === 0) for (const word of [...codeWords(observation), ...plainWords(observation)]) seen.add(word);
  }
  return {
    opened: [...opened].sort(),
    sections: skill.marks.map((mark, i) => ({
      displayed: shownAt.has(mark),
      actedOn: hits[i]?.code === true || (hits[i]?.words.size ?? 0) >= wordsNeeded,
    })),
  };
}

/** Whether a command names a file of the skill: by its path, or by its name beside the skill's folder. */
function names(command: string, path: string): boolean {
  if (command.includes(path)) return true;
  const name = path.slice(path.lastIndexOf("/") + 1);
  return /(?:^|[\s"'=(])\/?skill\b/.test(command) && command.includes(name);
}

/** Terms that an agent uses anyway: those in commands and thoughts of episodes without the skill. A term of fewer than `least` of them stays telling. */
export function commonTerms(trajectories: readonly TrajectoryRecord[], least: number): ReadonlySet<string> {
  const counts = new Map<string, number>();
  for (const { steps } of trajectories) {
    const text = steps.map((step) => `${step.thought ?? ""}\n${String(step.action?.arguments.command ?? "")}`).join("\n");
    for (const word of new Set([...codeWords(text), ...plainWords(text)])) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return new Set([...counts].filter(([, n]) => n >= least).map(([word]) => word));
}
