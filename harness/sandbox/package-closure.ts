import { existsSync, readFileSync, realpathSync } from "node:fs";
import { basename, dirname, join, relative, sep } from "node:path";
import { z } from "zod";
import { UsageError } from "../core/errors.ts";

const manifestSchema = z.object({
  name: z.string(),
  version: z.string(),
  dependencies: z.record(z.string(), z.string()).optional(),
  optionalDependencies: z.record(z.string(), z.string()).optional(),
});

/** One installed package: where it lies on the host, and where below node_modules it must lie for Node to find it. */
export interface StagedPackage {
  readonly name: string;
  readonly version: string;
  readonly folder: string;
  /** Path below node_modules, e.g. `exceljs` or `a/node_modules/b`. */
  readonly place: string;
  readonly manifest: string;
}

/**
 * The packages `roots` (names as imported, so aliases work) with everything they depend on, as installed beside `from` (a file in the project).
 * Throws UsageError when one is not installed. Optional dependencies that are absent are left out.
 */
export function packageClosure(roots: readonly string[], from: string): readonly StagedPackage[] {
  const found = new Map<string, StagedPackage>();
  const top = rootFolder(roots, from);
  const visit = (name: string, parent: string, optional: boolean): void => {
    const folder = findPackage(name, parent);
    if (folder === undefined) {
      if (optional) return;
      throw new UsageError(
        `the package ${name}, which every sandbox offers, is not installed; run \`npm install\` in the project's folder`,
      );
    }
    const place = relative(top, folder);
    if (place.startsWith("..") || found.has(place)) return;
    const manifest = readFileSync(join(folder, "package.json"), "utf8");
    const { version, dependencies = {}, optionalDependencies = {} } = manifestSchema.parse(JSON.parse(manifest));
    found.set(place, { name: place.split(`node_modules${sep}`).at(-1) ?? name, version, folder, place, manifest });
    for (const dependency of Object.keys({ ...dependencies, ...optionalDependencies }))
      visit(dependency, folder, dependency in optionalDependencies);
  };
  for (const name of roots) visit(name, dirname(from), false);
  return [...found.values()].sort((a, b) => (a.place < b.place ? -1 : 1));
}

/** The node_modules folder that holds the first root. */
function rootFolder(roots: readonly string[], from: string): string {
  const first = roots[0] ?? "";
  const folder = findPackage(first, dirname(from));
  if (folder === undefined)
    throw new UsageError(`the package ${first}, which every sandbox offers, is not installed; run \`npm install\` in the project's folder`);
  return folder.slice(0, -first.length - 1);
}

/**
 * Folder of a package as Node would find it from `parent`, or undefined. Walks by hand: `exports` may hide package.json from require.resolve, and names
 * of built-in modules (string_decoder) are packages too.
 */
function findPackage(name: string, parent: string): string | undefined {
  for (let at = parent; ; at = dirname(at)) {
    if (basename(at) !== "node_modules" && existsSync(join(at, "node_modules", name, "package.json")))
      return realpathSync(join(at, "node_modules", name));
    if (at === dirname(at)) return undefined;
  }
}
