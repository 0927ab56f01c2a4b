import { lstat, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { UsageError } from "../../core/errors.ts";

/** A file below the folder of logs; `name` is its path in it, with "/" on every system. */
export interface FoundLog {
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
}

/** What is in a folder of logs, in the order of names. `leftOut` names, with the clause of a sentence, what is not even opened. */
export interface FoundLogs {
  readonly logs: readonly FoundLog[];
  readonly leftOut: readonly { readonly file: string; readonly why: string }[];
}

const deepest = 12;
/** A log above this is no log of an agent, and its text would not fit into one string of this runtime. */
const largestLog = 256 * 1024 * 1024;

/** Looks through a folder, or takes a single file. Links are not followed: what they lead to may be anything. Throws UsageError for a path that is not there. */
export async function findLogs(root: string): Promise<FoundLogs> {
  const facts = await stat(root).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR")
      throw new UsageError(`${root} does not exist; expected a folder with logs of an agent`);
    throw error;
  });
  if (facts.isFile()) return { logs: [{ name: root.split(/[\\/]/).at(-1) ?? root, path: root, bytes: facts.size }], leftOut: [] };
  if (!facts.isDirectory()) throw new UsageError(`${root} is neither a folder nor a file; expected a folder with logs of an agent`);
  const logs: FoundLog[] = [];
  const leftOut: { file: string; why: string }[] = [];
  const visit = async (dir: string, above: string, depth: number): Promise<void> => {
    for (const entry of (await readdir(dir)).sort()) {
      const path = join(dir, entry);
      const name = `${above}${entry}`;
      const found = await lstat(path);
      if (found.isSymbolicLink()) leftOut.push({ file: name, why: "is a symbolic link, which is not followed" });
      else if (entry.startsWith(".")) leftOut.push({ file: name, why: "is hidden" });
      else if (found.isDirectory()) {
        if (depth < deepest) await visit(path, `${name}/`, depth + 1);
        else leftOut.push({ file: name, why: `lies more than ${deepest} folders deep` });
      } else if (!found.isFile()) leftOut.push({ file: name, why: "is no ordinary file" });
      else if (found.size > largestLog) leftOut.push({ file: name, why: `is larger than ${largestLog / 1024 / 1024} MB; split it` });
      else logs.push({ name, path, bytes: found.size });
    }
  };
  await visit(root, "", 1);
  return { logs, leftOut };
}
