import { lstat, readdir, readFile, realpath } from "node:fs/promises";
import { join } from "node:path";
import { UsageError } from "../../core/errors.ts";

export interface ProgramFile {
  /** Relative to the folder, with slashes. */
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly mode: number;
}

/** A program with what it needs, not a system: every arm's record lists all of it, and every results folder keeps it. */
const most = { files: 5_000, bytes: 512 * 1024 * 1024 };

/**
 * Regular files below a folder, sorted by path, with nothing of their modes but whether they may be executed. What is in `node_modules/.bin` and `__pycache__` is left
 * out, since it is made anew from the rest. `whose` names the program and its setting. Throws UsageError for links elsewhere, devices, and more than a sandbox is meant to hold.
 */
export async function readProgram(folder: string, whose = "the agent's program (agent.files)"): Promise<readonly ProgramFile[]> {
  const root = await realpath(folder).catch(() => undefined);
  if (root === undefined || !(await lstat(root)).isDirectory())
    throw new UsageError(`the folder ${folder} of ${whose} is not there; expected a folder with the program's files`);
  const files: ProgramFile[] = [];
  let bytes = 0;
  const walk = async (below: string): Promise<void> => {
    for (const entry of await readdir(join(root, below), { withFileTypes: true })) {
      const path = below === "" ? entry.name : `${below}/${entry.name}`;
      if (/(?:^|\/)(?:node_modules\/\.bin|__pycache__)$/.test(path)) continue;
      if (entry.isDirectory()) await walk(path);
      else if (!entry.isFile())
        throw new UsageError(
          `${join(folder, path)} is a ${entry.isSymbolicLink() ? "link" : "special file"}, which a sandbox cannot be shown; put the file itself in the program's folder`,
        );
      else {
        const { mode, size } = await lstat(join(root, path));
        bytes += size;
        if (bytes > most.bytes || files.length >= most.files)
          throw new UsageError(
            `${folder} holds more than ${most.files} files or ${most.bytes / 1024 / 1024} MB; keep to what the program needs to run`,
          );
        files.push({ path, bytes: await readFile(join(root, path)), mode: (mode & 0o111) === 0 ? 0o644 : 0o755 });
      }
    }
  };
  await walk("");
  if (files.length === 0) throw new UsageError(`the folder ${folder} of ${whose} is empty`);
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}
