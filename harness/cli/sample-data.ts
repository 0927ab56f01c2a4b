import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { benchmarks } from "../../benchmarks/index.ts";
import type { Benchmark } from "../core/contract.ts";
import { UsageError } from "../core/errors.ts";
import type { ExperimentSpec } from "../core/spec.ts";
import { type CliContext, dataDir } from "./context.ts";

const known: Readonly<Record<string, Benchmark>> = benchmarks;

/** Name of the folder of generated tasks in a benchmark's data folder. */
const sampleSet = "sample";

/** `t2s data sample BENCHMARK`: generates a benchmark's synthetic tasks, replacing those that are there. Equal options give equal bytes. */
export async function sampleCommand(
  id: string,
  options: { readonly seed?: number; readonly count?: number; readonly out?: string },
  context: CliContext,
): Promise<void> {
  const generator = known[id]?.sample;
  if (generator === undefined) {
    const able = Object.values(known).filter((one) => one.sample !== undefined);
    throw new UsageError(`t2s data sample knows no benchmark "${id}"; choose one of ${able.map((one) => one.id).join(", ")}`);
  }
  const dir = options.out === undefined ? join(dataDir(context, id), sampleSet) : resolve(context.cwd, options.out);
  const made = await generator.generate({ seed: options.seed ?? generator.seed, count: options.count ?? generator.count, dir });
  context.out(`${made.tasks} tasks in ${made.dir}\n`);
}

/** Generates the default sample of every benchmark that an experiment plays on generated tasks and that has none yet, saying so on standard error. */
export async function ensureSamples(spec: ExperimentSpec, context: CliContext): Promise<void> {
  const learnedFrom = [spec.evolution, ...spec.arms.map((arm) => arm.guidance)].flatMap((one) =>
    "benchmark" in one && typeof one.benchmark === "string" ? [one.benchmark] : [],
  );
  const synthetic = spec.benchmarks.filter(({ id, split }) => known[id]?.splits.some((one) => one.id === split && one.synthetic));
  for (const id of new Set([...synthetic.map((one) => one.id), ...(synthetic.length > 0 ? learnedFrom : [])])) {
    const generator = known[id]?.sample;
    const dir = join(dataDir(context, id), sampleSet);
    if (generator === undefined || (await stat(dir).catch(() => undefined)) !== undefined) continue;
    const made = await generator.generate({ seed: generator.seed, count: generator.count, dir });
    context.err(`note: generated ${made.tasks} sample tasks of ${id} in ${made.dir}\n`);
  }
}
