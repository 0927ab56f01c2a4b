import path from "node:path";
import { UsageError } from "../../core/errors.ts";
import { type ExperimentSpec, experimentSpecSchema, type ModelSpec } from "../../core/spec.ts";
import { experimentProblems, modelProblems } from "./cross-check.ts";
import { nearestNames } from "./nearest-name.ts";
import { applyOverrides } from "./override.ts";
import { parseConfig } from "./parse-config.ts";
import { exists, namesIn, readModels } from "./read-models.ts";
import { type ConfigSource, configError, pathText, readSource, shortPath } from "./source.ts";
import { expandArms } from "./sweep/expand-arms.ts";

export interface LoadOptions {
  /** `--set` options as typed, in their order. */
  readonly set?: readonly string[];
  /** Folder that bare names are looked up in. Default: configs/experiments of this checkout. */
  readonly experiments?: string;
}

/** An experiment as written, and where it was written. */
export interface LoadedExperiment {
  readonly spec: ExperimentSpec;
  readonly source: ConfigSource;
}

const configs = path.resolve(import.meta.dirname, "../../../configs");

/**
 * Loads an experiment by path (`my/exp.yaml`, relative to the current directory) or by name (`quickstart` → configs/experiments/quickstart.yaml), applies the
 * overrides, validates, writes out the arms of sweeps and factorials, and checks what its parts say about each other. Throws UsageError with file, line, column and key of every mistake.
 */
export async function loadExperiment(nameOrPath: string, options: LoadOptions = {}): Promise<LoadedExperiment> {
  const file = await findExperiment(nameOrPath, options.experiments ?? path.join(configs, "experiments"));
  const written = applyOverrides(await readSource(file), options.set ?? []);
  const asWritten = parseConfig(written, experimentSpecSchema, () => false);
  const varied = asWritten.sweep !== undefined || asWritten.factorial !== undefined;
  const source = varied ? expandArms(written, asWritten) : written;
  const spec = varied ? parseConfig(source, experimentSpecSchema, () => false) : asWritten;
  const problems = experimentProblems(spec);
  if (problems.length > 0) throw configError(source, problems);
  return { spec, source };
}

/**
 * Loads model files by name and, when an experiment is given, checks that they have the samplings it asks for. `folders` are searched in their order, so that
 * a user's own can stand before the default, configs/models of this checkout. Throws UsageError for missing and wrong files, and for a missing sampling: with
 * file and line when the experiment comes as it was loaded, with the key alone when only its spec is given.
 */
export async function loadModels(
  names: readonly string[],
  experiment?: ExperimentSpec | LoadedExperiment,
  folders: readonly string[] = [path.join(configs, "models")],
): Promise<Map<string, ModelSpec>> {
  const models = await readModels(names, folders);
  if (experiment === undefined) return models;
  const problems = modelProblems("source" in experiment ? experiment.spec : experiment, models);
  const [first] = problems;
  if (first === undefined) return models;
  throw "source" in experiment ? configError(experiment.source, problems) : new UsageError(`${pathText(first.path)}: ${first.message}`);
}

/** The file of an experiment or suite. Throws UsageError, with names that are near, when there is none. */
export async function findExperiment(nameOrPath: string, folder: string = path.join(configs, "experiments")): Promise<string> {
  const isPath = nameOrPath.includes("/") || nameOrPath.includes(path.sep) || /\.ya?ml$/.test(nameOrPath);
  if (isPath) {
    const file = path.resolve(nameOrPath);
    if (await exists(file)) return file;
    const inFolder = path.join(folder, path.basename(nameOrPath));
    if (!nameOrPath.includes("/") && (await exists(inFolder))) return inFolder;
    throw new UsageError(
      `There is no experiment file ${nameOrPath}${await hint(path.basename(nameOrPath).replace(/\.ya?ml$/, ""), folder)}`,
    );
  }
  const file = path.join(folder, `${nameOrPath}.yaml`);
  if (await exists(file)) return file;
  throw new UsageError(`There is no experiment "${nameOrPath}" (expected ${shortPath(file)})${await hint(nameOrPath, folder)}`);
}

async function hint(name: string, folder: string): Promise<string> {
  const known = (await namesIn(folder)).sort();
  const near = nearestNames(name, known);
  if (near.length > 0) return `; did you mean ${near.map((n) => `"${n}"`).join(" or ")}?`;
  return known.length > 0 ? `; there are: ${known.join(", ")}.` : "; give the path of a YAML file.";
}
