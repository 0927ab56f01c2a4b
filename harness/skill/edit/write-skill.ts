import { chmod, mkdir, mkdtemp, readdir, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { messageOf, UsageError } from "../../core/errors.ts";
import { readSkillDirectory, type SkillFile } from "../read-directory.ts";
import { readSkill, skillHash } from "../read-skill.ts";

/**
 * Makes a directory hold exactly these files, all at once: they are written beside it and renamed into its place, so that readers see the old skill or the new one.
 * Throws UsageError, having changed nothing, for a directory that is no skill, for one that holds more than a skill (version control …), and for paths that leave it.
 */
export async function writeSkill(dir: string, files: readonly SkillFile[]): Promise<void> {
  for (const file of files)
    if (path.isAbsolute(file.path) || file.path.split(/[\\/]/).some((part) => part === ".." || part === "." || part === ""))
      throw new UsageError(`The skill's file "${file.path}" does not lie inside the skill; expected a path relative to its folder.`);
  const target = await refuseOthers(path.resolve(dir));
  const parent = path.dirname(target);
  await mkdir(parent, { recursive: true });
  // A name no skill has: readers of the parent directory can tell it apart.
  const staging = await mkdtemp(path.join(parent, `.${path.basename(target)}.new-`));
  try {
    const fresh = path.join(staging, "skill");
    await mkdir(fresh);
    for (const file of files) {
      const full = path.join(fresh, file.path);
      await mkdir(path.dirname(full), { recursive: true });
      await writeFile(full, file.bytes);
      // Apart from writing, because the mode given there is cut by the umask.
      await chmod(full, file.mode);
    }
    const old = path.join(staging, "old");
    const replaces = await exists(target);
    if (replaces) await rename(target, old);
    try {
      await rename(fresh, target);
    } catch (cause) {
      if (replaces) await rename(old, target);
      throw cause;
    }
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

export interface Installed {
  /** Absolute path of the installed skill. */
  readonly dir: string;
  readonly name: string;
  readonly state: "installed" | "replaced" | "unchanged";
}

/**
 * Puts a skill under its own name into a folder of skills, which is made when it is not there. The same skill there already is left as it is; another one is replaced
 * only with `force`. Throws UsageError for what is no usable skill, and for a different skill without `force`.
 */
export async function installSkill(dir: string, folder: string, options: { readonly force?: boolean } = {}): Promise<Installed> {
  const skill = await readSkill(dir);
  if (!/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(skill.name))
    throw new UsageError(
      `Skill ${dir} is called "${skill.name}", which cannot be a folder name; expected lower-case letters, digits and dashes.`,
    );
  for (let above = path.resolve(folder); ; above = path.dirname(above)) {
    if (await exists(path.join(above, "SKILL.md")))
      throw new UsageError(
        `${above} is a skill itself, and a skill inside another one changes it; name the folder that holds skills, for example ~/.claude/skills.`,
      );
    if (above === path.dirname(above)) break;
  }
  const target = path.join(path.resolve(folder), skill.name);
  if (!(await exists(target))) {
    await writeSkill(target, skill.files);
    return { dir: target, name: skill.name, state: "installed" };
  }
  const there = await readSkillDirectory(target);
  if (there.problems.length === 0 && skillHash(there.files) === skill.hash) return { dir: target, name: skill.name, state: "unchanged" };
  if (options.force !== true)
    throw new UsageError(`${target} holds a different skill already; compare them with \`t2s skill diff\`, or replace it with --force.`);
  await writeSkill(target, skill.files);
  return { dir: target, name: skill.name, state: "replaced" };
}

async function exists(file: string): Promise<boolean> {
  try {
    await stat(file);
    return true;
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return false;
    throw cause;
  }
}

/** The directory to replace, links followed; throws when replacing it would destroy anything but a skill. */
async function refuseOthers(dir: string): Promise<string> {
  if (!(await exists(dir))) return dir;
  const target = await realpath(dir);
  if (!(await stat(target)).isDirectory())
    throw new UsageError(`${dir} is a file; expected a folder for the skill, or a path that is free.`);
  const names = await readdir(target);
  if (names.length > 0 && !names.includes("SKILL.md"))
    throw new UsageError(`${dir} is not a skill (it has no SKILL.md), so it is not overwritten; choose another folder.`);
  const alien = names.find((name) => [".git", ".idea", ".vscode", "node_modules"].includes(name));
  if (alien !== undefined) throw new UsageError(`${dir} holds ${alien}, which would be lost; choose another folder, or move it away.`);
  try {
    const { problems } = await readSkillDirectory(target);
    if (problems[0] !== undefined) throw new UsageError(`${problems[0].file}: ${problems[0].message}`);
  } catch (cause) {
    throw new UsageError(`${dir} holds more than a plain skill and is not overwritten: ${messageOf(cause)}`, { cause });
  }
  return target;
}
