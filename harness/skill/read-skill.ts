import { UsageError } from "../core/errors.ts";
import { type Hash, hashJson, sha256 } from "../core/json.ts";
import { decodeUtf8, splitFrontMatter } from "./front-matter.ts";
import { readSkillDirectory, type SkillFile } from "./read-directory.ts";

/** A skill as it is given to an agent: `body` goes into the system prompt, `files` lie under /skill in the sandbox. */
export interface Skill {
  readonly name: string;
  readonly description: string;
  /** SKILL.md after its front matter, leading blank lines removed; otherwise byte for byte, placeholders like `{{x}}` or `{skill_dir}` included. */
  readonly body: string;
  /** Every file, SKILL.md among them, sorted by path. */
  readonly files: readonly SkillFile[];
  /** Over paths, modes and bytes: two directories with the same hash are the same skill to every agent, whatever they are called. */
  readonly hash: Hash;
}

/**
 * Reads a skill directory for use in an arm. Throws UsageError, naming the directory and the remedy, for anything an agent could not be given as written:
 * no SKILL.md, no usable front matter, no name or description, an empty body, bytes that are not UTF-8, links out of the directory, sizes beyond the caps.
 * Style rules are the validator's business (`validateSkill`).
 */
export async function readSkill(dir: string): Promise<Skill> {
  const { files, problems } = await readSkillDirectory(dir);
  const problem = problems[0];
  if (problem !== undefined) throw new UsageError(`Skill ${dir} cannot be used: ${problem.file}: ${problem.message}`);
  return skillOfFiles(files, dir);
}

/** The same for files in memory, sorted by path; `dir` names the skill in messages. Throws UsageError as readSkill does for what its SKILL.md lacks. */
export function skillOfFiles(files: readonly SkillFile[], dir: string): Skill {
  const main = files.find((file) => file.path === "SKILL.md");
  if (main === undefined)
    throw new UsageError(`Skill ${dir} has no SKILL.md; expected one with front matter (name, description) and instructions.`);
  const decoded = decodeUtf8(main.bytes);
  if (!("text" in decoded)) throw new UsageError(`Skill ${dir}: SKILL.md line ${decoded.badLine} is not UTF-8; save the file as UTF-8.`);
  const front = splitFrontMatter(decoded.text);
  if (!("body" in front)) throw new UsageError(`Skill ${dir}: SKILL.md line ${front.line}: ${front.message}`);
  if (front.body.trim() === "")
    throw new UsageError(`Skill ${dir}: SKILL.md has no text after its front matter; an arm without guidance is \`kind: none\`.`);
  return {
    name: textField(dir, "name", front.value.name),
    description: textField(dir, "description", front.value.description),
    body: front.body,
    files,
    hash: skillHash(files),
  };
}

/** Hash over paths, modes and bytes, in the order of the paths. */
export function skillHash(files: readonly SkillFile[]): Hash {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  return hashJson(sorted.map((file) => ({ path: file.path, mode: file.mode, sha256: sha256(file.bytes) })));
}

function textField(dir: string, key: string, value: unknown): string {
  if (typeof value === "string" && value.trim() !== "") return value;
  throw new UsageError(`Skill ${dir}: the front matter of SKILL.md has no ${key}; expected a line \`${key}: …\` with text.`);
}
