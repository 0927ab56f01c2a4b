import { chmodSync, lstatSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { SandboxError } from "../core/errors.ts";

/**
 * Makes sure that `folder` exists, is really a folder, belongs to this user and can be changed by nobody else — nor any folder above it, since whoever
 * may rename a parent may put another in its place (a sticky folder such as /tmp does not allow that). Others may read it (mode 755).
 * Throws SandboxError with a sentence otherwise; never follows a link in the last part.
 */
export function claimFolder(folder: string): void {
  const uid = process.getuid?.();
  try {
    mkdirSync(folder, { recursive: true, mode: 0o755 });
  } catch (cause) {
    throw new SandboxError(`the folder ${folder} for staged files cannot be made`, { cause });
  }
  const info = lstatSync(folder);
  if (!info.isDirectory()) throw new SandboxError(`${folder} is not a folder; remove it`);
  if (uid !== undefined && info.uid !== uid) throw new SandboxError(`${folder} belongs to another user; remove it or choose another place`);
  if ((info.mode & 0o777) !== 0o755) chmodSync(folder, 0o755);
  for (let parent = dirname(folder); ; parent = dirname(parent)) {
    const above = lstatSync(parent);
    const foreign = uid !== undefined && above.uid !== uid && above.uid !== 0;
    const open = (above.mode & 0o022) !== 0 && (above.mode & 0o1000) === 0;
    if (!above.isSymbolicLink() && (foreign || open))
      throw new SandboxError(
        `${parent} can be changed by other users, so ${folder} is no safe place for staged files; choose another place`,
      );
    if (parent === dirname(parent)) return;
  }
}

/** True when every folder on the way to `folder` may be entered by everybody, as an unprivileged sandbox user must. */
export function everybodyMayEnter(folder: string): boolean {
  for (let at = folder; ; at = dirname(at)) {
    if ((lstatSync(at).mode & 0o001) === 0) return false;
    if (at === dirname(at)) return true;
  }
}

/** Joins a path a person or a skill gave to a folder; throws SandboxError when it is absolute, empty or climbs out. */
export function joinInside(folder: string, path: string): string {
  const parts = path.split("/");
  if (path === "" || path.includes("\0") || parts.some((part) => part === "" || part === "." || part === ".."))
    throw new SandboxError(
      `a file of a skill or program has the path ${JSON.stringify(path)}; expected a relative path without "." and ".."`,
    );
  return join(folder, path);
}
