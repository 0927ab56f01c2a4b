import { chmod, mkdir, readdir, readlink, realpath, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { messageOf, UsageError } from "../../core/errors.ts";
import { recoverFolder } from "../folder-leftovers.ts";
import { codeOf } from "../make-folder.ts";
import { readSkillDirectory, type SkillFile } from "../read-directory.ts";
import { readSkill, skillHash } from "../read-skill.ts";
import { swapFolder } from "../swap-folder.ts";

/**
 * Makes a directory hold exactly these files, all at once: readers see the old skill or the new one, of several writers the last wins, and what a killed one left is put
 * right first (`swapFolder`). Throws UsageError, having changed nothing, for a directory that is no skill, for one that holds more than a skill (version control …), for
 * paths that leave it, and for a place that cannot be written.
 */
export async function writeSkill(dir: string, files: readonly SkillFile[]): Promise<void> {
  for (const file of files)
    if (path.isAbsolute(file.path) || file.path.split(/[\\/]/).some((part) => part === ".." || part === "." || part === ""))
      throw new UsageError(`The skill's file "${file.path}" does not lie inside the skill; expected a path relative to its folder.`);
  await writing(dir, async () => {
    const target = await destination(path.resolve(dir));
    await recoverFolder(target);
    await whileOthersWrite(() => refuseOthers(target));
    await swapFolder(target, (fresh) => fill(fresh, files));
  });
}

async function fill(fresh: string, files: readonly SkillFile[]): Promise<void> {
  for (const file of files) {
    const full = path.join(fresh, file.path);
    await mkdir(path.dirname(full), { recursive: true });
    await writeFile(full, file.bytes);
    // Apart from writing, because the mode given there is cut by the umask.
    await chmod(full, file.mode);
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
  return writing(folder, async () => {
    await refuseInside(path.resolve(folder));
    const target = path.join(path.resolve(folder), skill.name);
    for (;;) {
      await recoverFolder(await destination(target));
      const there = await whileOthersWrite(async () => ((await exists(target)) ? await readSkillDirectory(target) : null));
      if (there === null) {
        // Somebody else may have put one there since: look again then.
        if (!(await swapFolder(await destination(target), (fresh) => fill(fresh, skill.files), { replace: false }))) continue;
        return { dir: target, name: skill.name, state: "installed" };
      }
      if (there.problems.length === 0 && skillHash(there.files) === skill.hash)
        return { dir: target, name: skill.name, state: "unchanged" };
      if (options.force !== true)
        throw new UsageError(
          `${target} holds a different skill already; compare them with \`t2s skill diff\`, or replace it with --force.`,
        );
      await writeSkill(target, skill.files);
      return { dir: target, name: skill.name, state: "replaced" };
    }
  });
}

async function refuseInside(folder: string): Promise<void> {
  for (let above = folder; ; above = path.dirname(above)) {
    if (await exists(path.join(above, "SKILL.md")))
      throw new UsageError(
        `${above} is a skill itself, and a skill inside another one changes it; name the folder that holds skills, for example ~/.claude/skills.`,
      );
    if (above === path.dirname(above)) return;
  }
}

/** Runs work on the disk; what the system refuses becomes one sentence for the user. */
async function writing<T>(dir: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const code = codeOf(cause);
    if (cause instanceof UsageError || code === undefined || !/^E[A-Z0-9]+$/.test(code)) throw cause;
    throw new UsageError(
      `The skill cannot be written to ${dir} (${code}); expected a folder this user can write to, with space left, so choose another one.`,
      { cause },
    );
  }
}

/** A folder that is being replaced is gone for a moment, or its files vanish while they are read: looks again a few times. */
async function whileOthersWrite<T>(look: () => Promise<T>): Promise<T> {
  for (let left = 50; ; left--)
    try {
      return await look();
    } catch (cause) {
      if (left === 0 || !hasVanished(cause)) throw cause;
    }
}

/** Whether something was not there any more, however many sentences were put around it. */
function hasVanished(error: unknown): boolean {
  return codeOf(error) === "ENOENT" || (error instanceof Error && error.cause !== undefined && hasVanished(error.cause));
}

/** Where a directory really lies: links followed, also one to a directory that is missing. */
async function destination(dir: string, hops = 40): Promise<string> {
  try {
    return await realpath(dir);
  } catch (cause) {
    if (codeOf(cause) !== "ENOENT" && codeOf(cause) !== "ENOTDIR") throw cause;
  }
  try {
    const link = path.resolve(path.dirname(dir), await readlink(dir));
    return hops === 0 ? link : destination(link, hops - 1);
  } catch (cause) {
    if (["ENOENT", "ENOTDIR", "EINVAL"].includes(codeOf(cause) ?? "")) return dir;
    throw cause;
  }
}

async function exists(file: string): Promise<boolean> {
  try {
    await stat(file);
    return true;
  } catch (cause) {
    if (["ENOENT", "ENOTDIR"].includes(codeOf(cause) ?? "")) return false;
    throw cause;
  }
}

/** Throws when replacing a directory would destroy anything but a skill. */
async function refuseOthers(dir: string): Promise<void> {
  if (!(await exists(dir))) return;
  if (!(await stat(dir)).isDirectory()) throw new UsageError(`${dir} is a file; expected a folder for the skill, or a path that is free.`);
  const names = await readdir(dir);
  if (names.length > 0 && !names.includes("SKILL.md"))
    throw new UsageError(`${dir} is not a skill (it has no SKILL.md), so it is not overwritten; choose another folder.`);
  const alien = names.find((name) => [".git", ".idea", ".vscode", "node_modules"].includes(name));
  if (alien !== undefined) throw new UsageError(`${dir} holds ${alien}, which would be lost; choose another folder, or move it away.`);
  try {
    const { problems } = await readSkillDirectory(dir);
    if (problems[0] !== undefined) throw new UsageError(`${problems[0].file}: ${problems[0].message}`);
  } catch (cause) {
    throw new UsageError(`${dir} holds more than a plain skill and is not overwritten: ${messageOf(cause)}`, { cause });
  }
}
