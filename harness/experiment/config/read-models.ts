import { access, readdir } from "node:fs/promises";
import path from "node:path";
import { UsageError } from "../../core/errors.ts";
import { type ModelSpec, modelSpecSchema } from "../../core/spec.ts";
import { isEndpointPath } from "./environment-references.ts";
import { nearestNames } from "./nearest-name.ts";
import { parseConfig } from "./parse-config.ts";
import { configError, readSource, shortPath } from "./source.ts";

/**
 * Reads `<name>.yaml` for every name from the first of the folders that has it, so that a user's own folder can stand before configs/models.
 * `${ENV}` references stay as written. Throws UsageError for a missing file (with the nearest names), and for whatever is wrong inside.
 */
export async function readModels(names: readonly string[], folders: readonly string[]): Promise<Map<string, ModelSpec>> {
  const models = new Map<string, ModelSpec>();
  for (const name of names) if (!models.has(name)) models.set(name, await loadModel(name, folders));
  return models;
}

async function loadModel(name: string, folders: readonly string[]): Promise<ModelSpec> {
  for (const folder of folders) {
    const file = path.join(folder, `${name}.yaml`);
    if (!(await exists(file))) continue;
    const source = await readSource(file);
    const spec = parseConfig(source, modelSpecSchema, isEndpointPath);
    if (spec.name !== name)
      throw configError(source, [
        {
          path: ["name"],
          message: `expected "${name}", the name of the file, found "${spec.name}"; results are kept under this name, so it must be one`,
        },
      ]);
    return spec;
  }
  const known = (await Promise.all(folders.map(namesIn))).flat();
  const near = nearestNames(name, known);
  const hint =
    near.length > 0 ? `did you mean ${near.map((n) => `"${n}"`).join(" or ")}?` : `there are: ${known.sort().join(", ") || "none"}.`;
  throw new UsageError(`There is no model "${name}" (expected ${shortPath(path.join(folders[0] ?? ".", `${name}.yaml`))}); ${hint}`);
}

/** Names of the YAML files in a folder, without .yaml; [] when the folder is not there. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((file) => file.endsWith(".yaml")).map((file) => file.slice(0, -".yaml".length));
  } catch {
    // Only used to suggest names: a folder that cannot be listed has none to suggest.
    return [];
  }
}

/** True when something can be opened under this path. */
export async function exists(file: string): Promise<boolean> {
  try {
    await access(file);
    return true;
  } catch {
    // Not there or not ours to see: either way the caller goes on to the next place and names what it looked for.
    return false;
  }
}
