import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { copySample } from "../../benchmarks/spreadsheetbench/sample/shared-sample.fixture.ts";
import type { Benchmark, Sandbox } from "../core/contract.ts";
import { loadModels } from "../experiment/config/load-experiment.ts";
import type { Parts } from "../experiment/parts.ts";
import { chooseSandbox } from "../sandbox/choose-sandbox.ts";
import type { FaultSpec } from "../simulation/faults.ts";
import { readContext } from "./context.ts";
import { openModels } from "./open-models.ts";
import { openParts } from "./open-parts.ts";

/** A folder of its own with freshly generated sample tasks, and the real parts of the program over it. */
export interface Workshop extends AsyncDisposable {
  readonly home: string;
  /** Parts over one results folder below `home`; everything but data and personas is what `t2s run` uses. */
  open(results: string, options?: WorkshopOptions): Promise<AsyncDisposable & { readonly parts: Parts }>;
}

export interface WorkshopOptions {
  readonly personaDir?: string;
  readonly faults?: FaultSpec;
  readonly benchmark?: (real: Benchmark) => Benchmark;
}

/** Copies the sample and chooses a sandbox. */
export async function openWorkshop(): Promise<Workshop> {
  const home = await mkdtemp(join(tmpdir(), "t2s-exp-"));
  await copySample(join(home, "data/spreadsheetbench/sample"));
  const sandbox: Sandbox = (await chooseSandbox({ kind: "auto", hidden: [], unsandboxed: true })).sandbox;
  const context = { ...readContext(), env: {} };
  return {
    home,
    async open(results, options = {}) {
      const { personaDir, faults } = options;
      const opened = await openModels(await loadModels(["sim-large", "sim-small"]), context, {}, { personaDir, faults });
      const real = openParts(context, { resultsDir: join(home, results), sandbox, models: opened.models });
      const benchmarks = Object.fromEntries(
        Object.entries(real.benchmarks).map(([id, benchmark]) => [id, options.benchmark?.(benchmark) ?? benchmark]),
      );
      const parts = { ...real, benchmarks, dataDir: (id: string) => join(home, "data", id) };
      return { parts, [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose]() };
    },
    [Symbol.asyncDispose]: () => rm(home, { recursive: true, force: true }),
  };
}
