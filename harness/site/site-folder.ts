import { access, mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { UsageError } from "../core/errors.ts";
import { ensureDirectory } from "../store/durable.ts";

/** A folder beside the report's in which the next one is made. */
export interface Stage extends AsyncDisposable {
  readonly folder: string;
  /** Swaps the files in; returns the path of index.html. */
  commit(): Promise<string>;
}

/** Makes the stage for a report in `dir`. UsageError when `dir` is not empty and holds no report. */
export async function stageSite(dir: string): Promise<Stage> {
  const target = resolve(dir);
  const before = await readdir(target).catch((error: NodeJS.ErrnoException): string[] => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  const report = before.includes("index.html") ? await exists(join(target, "data/site.js")) : before.includes("tables.json");
  if (before.length > 0 && !report)
    throw new UsageError(
      `${target} holds files that are no report (${JSON.stringify(before[0])} …); name an empty or a new folder with --out`,
    );
  await ensureDirectory(dirname(target));
  await mkdir(target, { recursive: true });
  const folder = await mkdtemp(join(dirname(target), ".t2s-report-"));
  return {
    folder,
    async commit() {
      // Folders first: an index.html that is there always finds its data. A kill in between leaves the old page with new data, and the next report mends it.
      const entries = await readdir(folder, { withFileTypes: true });
      for (const name of ["data", "plots", "downloads"]) await rm(join(target, name), { recursive: true, force: true });
      for (const entry of entries.sort((a, b) => Number(b.isDirectory()) - Number(a.isDirectory())))
        await rename(join(folder, entry.name), join(target, entry.name));
      return join(target, "index.html");
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
