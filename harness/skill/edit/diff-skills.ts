import type { SkillFile } from "../read-directory.ts";

/** Unified diff, three lines of context, of all files that differ, by path; "" when none does. Binary files are named only. */
export function diffSkills(_before: readonly SkillFile[], _after: readonly SkillFile[]): string {
  throw new Error("diffSkills is on its way");
}
