import { lstat, readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { UsageError } from "../../core/errors.ts";

/** A file of the release's output folders. */
export interface ReleaseFile {
  readonly path: string;
  readonly bytes: number;
  /** From a folder `seed_<n>` or a name that ends in `_seed_<n>`; absent where neither says. */
  readonly seed?: number;
}

/** What lies below a folder, by what its names say it is. */
export interface ReleaseFiles {
  /** Handed-in workbooks by `<folder>/<name>`, the last folder only: `13-1/1_13-1_output.xlsx`. */
  readonly outputs: readonly (ReleaseFile & { readonly place: string })[];
  /** Chat logs with the id of the instance they are of. */
  readonly logs: readonly (ReleaseFile & { readonly instance: string })[];
  readonly verdicts: readonly ReleaseFile[];
  readonly results: readonly ReleaseFile[];
  /** Links and folders that were not followed, as sentences. */
  readonly passedOver: readonly string[];
}

const deepest = 8;
const logName = /^.+_agent_(.+?)((?:_(?:SUCCEED|FAILED))*)\.(?:md|jsonl)$/;

/** Looks through a folder. Seeds come from folder names, so that runs over several seeds are told apart. Throws UsageError when it is no folder. */
export async function findReleaseFiles(roots: readonly string[]): Promise<ReleaseFiles> {
  const found = {
    outputs: [] as ReleaseFiles["outputs"][number][],
    logs: [] as ReleaseFiles["logs"][number][],
    verdicts: [] as ReleaseFile[],
    results: [] as ReleaseFile[],
    passedOver: [] as string[],
  };
  const seen = new Set<string>();
  const sort = (path: string, folder: string, bytes: number, seed: number | undefined): void => {
    if (seen.has(path)) return;
    seen.add(path);
    const name = basename(path);
    const file = { path, bytes, ...(seed === undefined ? {} : { seed }) };
    const [, instance] = logName.exec(name) ?? [];
    if (/_output\.xlsx$/.test(name)) found.outputs.push({ ...file, place: `${folder}/${name}` });
    else if (instance !== undefined) found.logs.push({ ...file, instance });
    else if (/^eval_official_results.*\.json$/.test(name)) found.verdicts.push(file);
    else if (/^results.*\.json$/.test(name)) found.results.push(file);
  };
  const visit = async (dir: string, depth: number, seed: number | undefined): Promise<void> => {
    for (const name of (await readdir(dir)).sort()) {
      const path = join(dir, name);
      const facts = await lstat(path);
      const [, ofName] = /(?:^|_)seed_(\d{1,10})(?=\.|$)/.exec(name) ?? [];
      const own = ofName === undefined ? seed : Number(ofName);
      if (facts.isSymbolicLink()) found.passedOver.push(`${path} is a link and was not followed; copy what it leads to if it belongs here`);
      else if (facts.isFile()) sort(path, basename(dir), facts.size, own);
      else if (facts.isDirectory() && !name.startsWith(".")) {
        if (depth < deepest) await visit(path, depth + 1, own);
        else found.passedOver.push(`${path} lies more than ${deepest} folders deep and was not looked into`);
      }
    }
  };
  for (const root of roots) {
    const facts = await lstat(root).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") throw new UsageError(`${root} does not exist; expected an output folder of the public release`);
      throw error;
    });
    if (!facts.isDirectory()) throw new UsageError(`${root} is not a folder; expected an output folder of the public release`);
    const [, seed] = /(?:^|_)seed_(\d{1,10})$/.exec(basename(root)) ?? [];
    await visit(root, 1, seed === undefined ? undefined : Number(seed));
  }
  return found;
}
