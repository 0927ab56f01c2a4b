import { mkdir } from "node:fs/promises";
import type { ExperimentSpec, ModelSpec } from "../core/spec.ts";
import { type Budget, openBudget } from "../engine/budget.ts";
import { createStopOrder, type StopOrder } from "../engine/stop.ts";
import { modelNames } from "../experiment/config/cross-check.ts";
import { type LoadedExperiment, loadModels } from "../experiment/config/load-experiment.ts";
import type { Parts } from "../experiment/parts.ts";
import { type Resolved, resolveExperiment } from "../experiment/resolve-experiment.ts";
import type { PaperDesign } from "../report/paper/paper-design.ts";
import { shareStore } from "../store/store.ts";
import { type CliContext, modelFolders, resultsDir } from "./context.ts";
import { chargedTo, openModels } from "./open-models.ts";
import { hiddenPaths, openParts } from "./open-parts.ts";
import { paperTableOf } from "./paper-table.ts";
import { sandboxFor } from "./run-sandbox.ts";
import { ensureSamples } from "./sample-data.ts";

export interface OpenRunOptions {
  readonly results?: string;
  readonly modelDir?: string;
  readonly unsandboxed?: boolean;
  /** Nothing will be run: unset variables in model files do not matter. */
  readonly dryRun?: boolean;
}

/** An experiment with its models, sandbox and store opened and its tasks loaded: ready to be estimated or run. */
export interface OpenRun {
  readonly spec: ExperimentSpec;
  readonly specs: ReadonlyMap<string, ModelSpec>;
  readonly results: string;
  readonly parts: Parts;
  readonly resolved: Resolved;
  readonly stop: StopOrder;
  readonly budget: Budget;
  readonly paper: PaperDesign | undefined;
}

/**
 * Opens what an experiment needs, and closes it when `use` has ended. `loaded` says where mistakes stand, when the spec comes from a file. Throws what `t2s run` tells the
 * user; calls no endpoint by itself.
 */
export async function withOpenRun<T>(
  spec: ExperimentSpec,
  loaded: LoadedExperiment | undefined,
  options: OpenRunOptions,
  context: CliContext,
  use: (run: OpenRun) => Promise<T>,
): Promise<T> {
  const specs = await loadModels(modelNames(spec), loaded ?? spec, modelFolders(context, options.modelDir));
  const paper = await paperTableOf(spec, context.projectRoot);
  const results = resultsDir(context, options.results);
  const stop = createStopOrder();
  const { max_cost_usd: maxCostUsd, max_calls: maxCalls, max_tokens: maxTokens } = spec.budget;
  const budget = openBudget({ maxCostUsd, maxCalls, maxTokens }, stop);
  const modelContext = options.dryRun === true ? { ...context, env: assumingSet(context.env) } : context;
  await using opened = await openModels(specs, modelContext, chargedTo(budget));
  await ensureSamples(spec, context);
  await mkdir(results, { recursive: true }); // it must exist to be hidden from sandboxes
  const choice = { hidden: hiddenPaths(context, results), unsandboxed: options.unsandboxed === true };
  const sandbox = await sandboxFor(spec, specs, choice, context);
  const parts = openParts(context, { resultsDir: results, sandbox, models: opened.models });
  // Held from here on: a clean-up must not take away what resolving has just stored.
  await using _store = await shareStore(parts.store);
  const resolved = await resolveExperiment(spec, parts);
  return await use({ spec, specs, results, parts, resolved, stop, budget, paper });
}

/** The environment with something for every variable that is not set. */
function assumingSet(env: CliContext["env"]): CliContext["env"] {
  return new Proxy({ ...env }, { get: (known, name) => Reflect.get(known, name) ?? "http://unset.invalid/v1" });
}
