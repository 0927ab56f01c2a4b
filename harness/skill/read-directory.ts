import { constants } from "node:fs";
import { lstat, open, readdir, realpath } from "node:fs/promises";
import path from "node:path";
import { UsageError } from "../core/errors.ts";
import type { Finding } from "./finding.ts";

/** A file of a skill. `path` is relative, with forward slashes; `mode` is 0o755 when the owner may execute it, else 0o644. */
export interface SkillFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly mode: number;
}

export interface SkillDirectory {
  /** Absolute path as given. */
  readonly dir: string;
  /** Sorted by path in code unit order. */
  readonly files: readonly SkillFile[];
  /** What could not be taken along, each an error. */
  readonly problems: readonly Finding[];
}

/** A skill is text that shares a context window, plus a few scripts: these caps are far above any honest one. */
export const skillLimits = { files: 300, depth: 8, fileBytes: 4 * 1024 * 1024, totalBytes: 16 * 1024 * 1024 } as const;

/** Left behind by editors, version control and interpreters; never part of a skill, so that looking at one does not change its hash. */
const ignored = new Set([".git", ".DS_Store", "__pycache__", ".idea", ".vscode", "node_modules"]);

/**
 * Reads all files of a skill directory. Links to files inside the directory are read as those files; links that leave it, links to directories,
 * devices, sockets and pipes are refused, as is anything beyond `skillLimits`: each becomes a problem and is left out.
 * Throws UsageError when the directory itself cannot be read.
 */
export async function readSkillDirectory(dir: string): Promise<SkillDirectory> {
  const root = await realRoot(dir);
  const files: SkillFile[] = [];
  const problems: Finding[] = [];
  let total = 0;

  function refuse(file: string, rule: string, message: string): void {
    problems.push({ file, line: 1, severity: "error", rule, message });
  }

  async function visit(relative: string, depth: number): Promise<void> {
    const names = (await readdir(path.join(root, relative))).filter((name) => !ignored.has(name)).sort();
    for (const name of names) {
      const inside = relative === "" ? name : `${relative}/${name}`;
      const full = path.join(root, inside);
      const kind = await lstat(full);
      if (kind.isDirectory()) {
        if (depth >= skillLimits.depth)
          refuse(inside, "too-deep", `Folders are nested more than ${skillLimits.depth} deep; move its files up.`);
        else await visit(inside, depth + 1);
        continue;
      }
      const target = kind.isSymbolicLink() ? await linkTarget(root, full) : full;
      if (typeof target !== "string") {
        refuse(inside, "link", `The link ${target.refused}; put a copy of the file in its place.`);
        continue;
      }
      const facts = await lstat(target);
      if (!facts.isFile()) {
        refuse(inside, "not-a-file", "This is neither a regular file nor a folder; a skill holds only those.");
      } else if (files.length >= skillLimits.files) {
        refuse(".", "too-many-files", `The skill has more than ${skillLimits.files} files; take out what agents do not need.`);
        return;
      } else if (facts.size > skillLimits.fileBytes || total + facts.size > skillLimits.totalBytes) {
        refuse(
          inside,
          "too-large",
          `With ${facts.size} bytes the file goes beyond ${skillLimits.fileBytes} a file or ${skillLimits.totalBytes} a skill.`,
        );
      } else {
        const bytes = await readRegular(target, facts.size);
        total += bytes.byteLength;
        files.push({ path: inside, bytes, mode: (facts.mode & 0o100) === 0 ? 0o644 : 0o755 });
      }
    }
  }

  try {
    await visit("", 0);
  } catch (cause) {
    throw new UsageError(`Skill ${dir} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}; check its permissions.`, {
      cause,
    });
  }
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { dir: path.resolve(dir), files, problems };
}

async function realRoot(dir: string): Promise<string> {
  try {
    const root = await realpath(dir);
    if ((await lstat(root)).isDirectory()) return root;
  } catch (cause) {
    throw new UsageError(`Skill ${dir} does not exist or cannot be opened; expected a folder with a SKILL.md.`, { cause });
  }
  throw new UsageError(`Skill ${dir} is not a folder; expected a folder with a SKILL.md.`);
}

async function linkTarget(root: string, link: string): Promise<string | { readonly refused: string }> {
  let target: string;
  try {
    target = await realpath(link);
  } catch {
    // Dangling and circular links both end here; the difference does not matter to the reader.
    return { refused: "leads nowhere" };
  }
  if (!target.startsWith(root + path.sep)) return { refused: "leaves the skill's folder" };
  return (await lstat(target)).isDirectory() ? { refused: "points to a folder" } : target;
}

/** Opens without following links and without waiting for a writer, so that a file swapped for a pipe between the checks cannot hang us. */
async function readRegular(file: string, expected: number): Promise<Uint8Array> {
  await using handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  const buffer = Buffer.alloc(expected);
  let filled = 0;
  while (filled < expected) {
    const { bytesRead } = await handle.read(buffer, filled, expected - filled, filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return new Uint8Array(buffer.subarray(0, filled));
}
