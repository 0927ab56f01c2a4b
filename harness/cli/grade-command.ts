import { once } from "node:events";
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { benchmarks } from "../../benchmarks/index.ts";
import type { Benchmark } from "../core/contract.ts";
import { UsageError } from "../core/errors.ts";
import type { CliContext } from "./context.ts";
import { exitCodes } from "./exit-codes.ts";

export interface GradeCommandOptions {
  readonly root: string;
  readonly goldRoot?: string;
  readonly candidateRoot?: string;
  readonly scorer?: string;
  readonly workers?: number;
}

async function folder(context: CliContext, flag: string, path: string): Promise<string> {
  const absolute = resolve(context.cwd, path);
  const found = await stat(absolute).catch(() => undefined);
  if (found?.isDirectory() !== true)
    throw new UsageError(`${flag} ${path} is not a folder; give the folder that the cases' file names are relative to`);
  return absolute;
}

/** `t2s grade BENCHMARK`: grades cases from standard input as they come. Verdicts are data, so the exit code is 0 whatever they are. */
export async function gradeCommand(id: string, options: GradeCommandOptions, context: CliContext): Promise<number> {
  const benchmark: Benchmark | undefined = Object.values(benchmarks).find((one) => one.id === id);
  if (benchmark?.grade === undefined)
    throw new UsageError(
      `t2s grade knows no benchmark "${id}"; choose one of ${Object.values(benchmarks)
        .map((one) => one.id)
        .join(", ")}`,
    );
  const scorer = options.scorer ?? benchmark.defaultScorer;
  if (benchmark.scorers[scorer] === undefined)
    throw new UsageError(`benchmark ${id} has no scorer "${scorer}"; choose one of ${Object.keys(benchmark.scorers).join(", ")}`);
  const root = await folder(context, "--root", options.root);
  const lines = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY });
  const results = benchmark.grade(lines, {
    root,
    goldRoot: options.goldRoot === undefined ? undefined : await folder(context, "--gold-root", options.goldRoot),
    candidateRoot: options.candidateRoot === undefined ? undefined : await folder(context, "--candidate-root", options.candidateRoot),
    scorer,
    concurrency: options.workers,
  });
  for await (const line of results) if (!process.stdout.write(`${line}\n`)) await once(process.stdout, "drain");
  return exitCodes.ok;
}
