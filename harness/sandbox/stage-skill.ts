import { createHash, randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { BoxProgram } from "../core/contract.ts";
import { SandboxError } from "../core/errors.ts";
import { claimFolder, joinInside } from "./own-folder.ts";

export interface SkillFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly mode: number;
}

/**
 * Puts a skill's files into a content-addressed folder below `base`, for binding at /skill, and gives its path; boxes with the same skill share it.
 * Everybody may read it; execute bits are kept. Throws SandboxError for a path that leads out of the skill.
 */
export function stageSkill(base: string, files: readonly SkillFile[]): string {
  const hash = createHash("sha256");
  for (const file of [...files].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    joinInside("/", file.path);
    hash.update(JSON.stringify([file.path, (file.mode & 0o111) !== 0, file.bytes.byteLength])).update(file.bytes);
  }
  const folder = join(base, "skills", hash.digest("hex").slice(0, 32));
  if (!isComplete(folder, files.length)) stageFiles(folder, files, "skill");
  return folder;
}

/** The same for the files of a program, for binding at /agent: they are read only where they are not staged yet. */
export async function stageProgram(base: string, program: NonNullable<BoxProgram["files"]>): Promise<string> {
  const folder = join(base, "programs", program.hash.slice(0, 32));
  if (!isComplete(folder, program.count)) stageFiles(folder, await program.read(), "agent's program");
  return folder;
}

function stageFiles(folder: string, files: readonly SkillFile[], what: string): void {
  claimFolder(dirname(folder));
  const draft = `${folder}.${process.pid}-${randomBytes(4).toString("hex")}`;
  try {
    claimFolder(draft);
    writeSkill(draft, files);
    if (isComplete(folder, files.length)) return;
    if (existsSync(folder)) renameSync(folder, `${draft}.old`);
    renameSync(draft, folder);
  } catch (cause) {
    if (!isComplete(folder, files.length)) throw new SandboxError(`the ${what} could not be staged for the sandbox`, { cause });
  } finally {
    rmSync(draft, { recursive: true, force: true });
    rmSync(`${draft}.old`, { recursive: true, force: true });
  }
}

/** Writes a skill's files below `folder`, readable by everybody whatever the umask. Throws SandboxError for a path that leads out. */
export function writeSkill(folder: string, files: readonly SkillFile[]): void {
  for (const { path, bytes, mode } of files) {
    const target = joinInside(folder, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, bytes);
    chmodSync(target, (mode & 0o111) === 0 ? 0o644 : 0o755);
    for (let at = dirname(target); at.length >= folder.length; at = dirname(at)) chmodSync(at, 0o755);
  }
}

/** A folder appears by renaming, so it was complete once; a cleaner of temporary folders may have taken files since. */
function isComplete(folder: string, count: number): boolean {
  return (
    existsSync(folder) && readdirSync(folder, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile()).length === count
  );
}
