import path from "node:path";
import { UsageError } from "../../core/errors.ts";
import { type SuiteSpec, suiteSpecSchema } from "../../core/suite-spec.ts";
import { findExperiment, type LoadedExperiment, loadExperiment } from "./load-experiment.ts";
import { loadPaperTable } from "./load-paper-table.ts";
import { applyOverrides } from "./override.ts";
import { parseConfig } from "./parse-config.ts";
import { configError, type Problem, readSource } from "./source.ts";

/** A suite with its members loaded, in order. */
export interface LoadedSuite {
  readonly spec: SuiteSpec;
  readonly members: readonly LoadedExperiment[];
}

/**
 * Loads a suite by name or path, as `loadExperiment` loads experiments; undefined for a file that has no `experiments` and so is none. Every member is loaded with its
 * overrides. Throws UsageError with file, line and key of every mistake, and for members of one name, whose results would replace each other.
 */
export async function loadSuite(
  nameOrPath: string,
  options: { readonly set?: readonly string[]; readonly experiments?: string } = {},
): Promise<LoadedSuite | undefined> {
  const file = await findExperiment(nameOrPath, options.experiments);
  const written = await readSource(file);
  if (typeof written.value !== "object" || written.value === null || !("experiments" in written.value)) return undefined;
  const source = applyOverrides(written, options.set ?? []);
  const spec = parseConfig(source, suiteSpecSchema, () => false);
  const folder = path.dirname(file);
  const members: LoadedExperiment[] = [];
  const problems: Problem[] = [];
  for (const [i, { experiment, set }] of spec.experiments.entries()) {
    const isFile = experiment.includes("/") || /\.ya?ml$/.test(experiment);
    const place = isFile ? path.resolve(folder, experiment) : experiment;
    const overrides = Object.entries(set).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
    const plain = path.basename(experiment).replace(/\.ya?ml$/, "");
    const named = overrides.length === 0 || "name" in set ? [] : [`name=${JSON.stringify(`${spec.name}-${plain}`)}`];
    const member = await loadExperiment(place, {
      set: [...named, ...overrides],
      ...(options.experiments === undefined ? {} : { experiments: options.experiments }),
    });
    const first = members.findIndex((one) => one.spec.name === member.spec.name);
    if (first >= 0)
      problems.push({
        path: ["experiments", i],
        message: `runs under the name "${member.spec.name}", as number ${first + 1} of the list does; set another name`,
      });
    if (member.spec.name === spec.name)
      problems.push({ path: ["experiments", i], message: `runs under the name of the suite; set another name` });
    members.push(member);
  }
  for (const [i, table] of spec.tables.entries()) {
    const beside = members.filter((one) => one.spec.paper?.table === table).length;
    await loadPaperTable(table);
    if (beside !== 1)
      problems.push({
        path: ["tables", i],
        message: `${beside === 0 ? "no member stands" : `${beside} members stand`} beside ${table} (paper.table); expected exactly one`,
      });
  }
  if (problems.length > 0) throw configError(source, problems);
  if (
    nameOrPath !== spec.name &&
    !nameOrPath.includes("/") &&
    !/\.ya?ml$/.test(nameOrPath) &&
    (options.set ?? []).every((one) => !one.startsWith("name="))
  )
    throw new UsageError(`${source.path}: name: expected "${nameOrPath}", the name of the file, found "${spec.name}"`);
  return { spec, members };
}
